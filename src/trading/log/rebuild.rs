//! 重建: a record whose log folder was lost. The tree is made of the journal at every start; the key, the salts'
//! secret and the name are not, and nobody may put others in their place without a word.

use super::Folder;
use std::io::{Error, Result};

impl Folder {
    /// What must be there before a journal that has begun is served.
    pub fn stands(&self) -> Result<()> {
        let missing: Vec<&str> = ["key", "salt"].into_iter().filter(|name| !self.file(name).exists()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let (names, folder) = (missing.join(", "), self.0.display());
        Err(Error::other(format!(
            "LOG_MISSING: 流水已有记录，但其透明日志在 {folder} 缺少 {names}：请从备份恢复该目录，再运行 sunbid rebuild-log \
             / the journal has entries, and of its transparency log {names} is missing in {folder}: restore the \
             folder from a backup, then run sunbid rebuild-log"
        )))
    }

    /// Makes ready what the next start fills from the journal, and says what it did. With the key and the salts'
    /// secret restored it is the same log; `new` begins another one, where nothing of the first is left.
    pub fn rebuild(&self, new: bool, origin: Option<&str>) -> Result<String> {
        let has = |name: &str| self.file(name).exists();
        match (has("key"), has("salt"), has("seals")) {
            (true, true, true) => return Ok("nothing is missing; the next start makes the tree of the journal".into()),
            (true, true, false) => self.begin_seals()?,
            (false, false, false) if new => {
                self.name(origin, None)?;
                self.begin_seals()?;
                self.signer()?;
                self.salt_key()?;
            }
            (false, false, false) => {
                return Err(Error::other(
                    "LOG_MISSING: 日志密钥未恢复：如确已遗失，请加 --new 另立新日志（新公钥；旧回执只能凭旧公钥核验） \
                     / the log's key was not restored: if it is lost for good, --new begins another log under a new \
                     key; receipts of the old one hold under its old key alone",
                ));
            }
            _ => {
                return Err(Error::other(format!(
                    "LOG_INCOMPLETE: {0} 中的密钥、盐或封印不成套：请全部恢复，或移走该目录后加 --new / key, salt and seals \
                     in {0} do not belong together: restore all of them, or move the folder away and add --new",
                    self.0.display()
                )));
            }
        }
        Ok(format!("ready: the next start makes tree and seals of the journal, under {}", self.signer()?.key()))
    }
}

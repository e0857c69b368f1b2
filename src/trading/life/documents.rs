//! 附件: the kinds of documents a lot's file holds. Their bytes lie in the content store.

use crate::content;
use crate::named::named;

named! {
    DocumentKind {
        Pdf "pdf" "PDF" "PDF";
        Jpeg "jpeg" "JPEG" "JPEG";
        Png "png" "PNG" "PNG";
        Docx "docx" "DOCX" "DOCX";
        Xlsx "xlsx" "XLSX" "XLSX";
        Zip "zip" "ZIP" "ZIP";
    }
}

impl DocumentKind {
    /// By the first bytes, not the name.
    pub fn of(bytes: &[u8]) -> Option<DocumentKind> {
        let found = content::kind(bytes)?;
        DocumentKind::ALL.iter().copied().find(|kind| kind.media_type() == found)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            DocumentKind::Pdf => "application/pdf",
            DocumentKind::Jpeg => "image/jpeg",
            DocumentKind::Png => "image/png",
            DocumentKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            DocumentKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            DocumentKind::Zip => "application/zip",
        }
    }
}

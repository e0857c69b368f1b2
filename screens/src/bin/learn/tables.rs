//! Markets' tables: a line for each offer, grouped into lots.

use clap::Args;
use screens::features::Lot;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

#[derive(Args, Clone)]
pub struct Tables {
    /// CSV files, a market each.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The column that says which lot an offer is for.
    #[arg(long, default_value = "Tender")]
    lot: String,
    #[arg(long, default_value = "Bid_value")]
    price: String,
    /// Above zero where the lot was judged collusive.
    #[arg(long, default_value = "Collusive_competitor")]
    label: String,
    /// Who offers; a table may lack it.
    #[arg(long, default_value = "Competitors")]
    bidder: String,
    /// The estimate before the tender; a table may lack it.
    #[arg(long, default_value = "Pre-Tender Estimate (PTE)")]
    estimate: String,
    /// The tables are of sales, where the highest price wins.
    #[arg(long)]
    rising: bool,
}

/// A lot, its judgement, and the screens its table states.
pub struct Row {
    pub lot: Lot,
    pub name: String,
    pub collusive: bool,
    pub stated: BTreeMap<String, f64>,
}

pub struct Market {
    pub name: String,
    pub rows: Vec<Row>,
}

/// Columns compared where a table has them; the other two are not defined alike in all markets.
pub const STATED: [&str; 5] = ["CV", "SPD", "KURT", "SKEW", "KSTEST"];

impl Tables {
    pub fn read(&self) -> Result<Vec<Market>, Box<dyn Error>> {
        let read = |(segment, path): (usize, &PathBuf)| {
            self.market(segment, path).map_err(|error| format!("{}: {error}", path.display()).into())
        };
        self.files.iter().enumerate().map(read).collect()
    }

    fn market(&self, segment: usize, path: &Path) -> Result<Market, Box<dyn Error>> {
        let mut file = csv::Reader::from_path(path)?;
        let names = file.headers()?.clone();
        let column = |name: &str| names.iter().position(|known| known == name);
        let needed = |name: &str| column(name).ok_or(format!("no column {name}"));
        let (lot, price, label) = (needed(&self.lot)?, needed(&self.price)?, needed(&self.label)?);
        let (bidder, estimate) = (column(&self.bidder), column(&self.estimate));
        let stated: Vec<(String, usize)> =
            STATED.iter().filter_map(|name| Some(((*name).to_string(), column(name)?))).collect();
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for line in file.records() {
            let line = line?;
            let at = line.position().map_or(0, csv::Position::line);
            let number = |column: usize| -> Result<f64, String> {
                line[column].trim().parse().map_err(|_| format!("line {at}: {} is no number", &line[column]))
            };
            let row = rows.entry(line[lot].to_string()).or_insert_with(|| Row {
                lot: Lot { segment, prices: Vec::new(), bidders: Vec::new(), estimate: None, rising: self.rising },
                name: line[lot].to_string(),
                collusive: false,
                stated: BTreeMap::new(),
            });
            row.lot.prices.push(number(price)?);
            row.collusive |= number(label)? > 0.0;
            row.lot.bidders.extend(bidder.map(|column| line[column].to_string()));
            row.lot.estimate = estimate.and_then(|column| number(column).ok());
            for (name, column) in &stated {
                row.stated.insert(name.clone(), number(*column)?);
            }
        }
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Market { name, rows: rows.into_values().collect() })
    }
}

//! A city to look at: centers, people, a dozen lots in every state, and simulated bidders that keep
//! three of them moving. Everything goes through the doors a person would use.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Center, NewAccount, Role, Tier};
use crate::security::{routes, store as people};
use crate::trading::floor::Intent;
use crate::trading::lots::{Fact, LotDraft, LotKind, LotQuery};
use crate::trading::sketch::{DAY, HOUR, MINUTE, ascending, fifth, free, inquiry, listing, steps, timed, yuan};
use crate::trading::store::{self, Scope};
use crate::trading::terms::{TermsBody, TermsDraft};
use crate::trading::wire::{StageName, money};
use crate::trading::{demo_cases, demo_land, demo_methods, desk};
use matching::{Ceiling, CeilingThen, Command, Direction, Entry, Extension, Money, Phase, StepKind, Terms};
use std::time::Duration;
use uuid::Uuid;

pub const PASSWORD: &str = "sunbid-demo";
const BIDDERS: usize = 8;

/// The city's center and two districts'.
pub async fn centers(app: &App) -> ApiResult<()> {
    if !people::centers(&app.db).await?.is_empty() {
        return Ok(());
    }
    let city = Uuid::new_v4();
    let center = |id, code: &str, zh: &str, en: &str, tier, parent_id| Center {
        id,
        code: code.into(),
        name_zh: zh.into(),
        name_en: en.into(),
        tier,
        parent_id,
    };
    let centers = [
        center(city, "440300", "市公共资源交易中心", "City Public Resource Trading Center", Tier::City, None),
        center(
            Uuid::new_v4(),
            "440305",
            "南山区公共资源交易中心",
            "Nanshan District Trading Center",
            Tier::District,
            Some(city),
        ),
        center(
            Uuid::new_v4(),
            "440307",
            "龙岗区公共资源交易中心",
            "Longgang District Trading Center",
            Tier::District,
            Some(city),
        ),
    ];
    Ok(people::add_centers(&app.db, &centers).await?)
}

struct Staff {
    center: Uuid,
    writes: Account,
    checks: Account,
}

pub struct Story {
    pub center: usize,
    pub number: &'static str,
    pub kind: LotKind,
    pub zh: &'static str,
    pub en: &'static str,
    pub location: &'static str,
    pub area_m2: Option<&'static str>,
    pub terms: Terms,
    pub becomes: Becomes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    Draft,
    Checked,
    Announced,
    Listing,
    Suspended,
    Ceiling,
    Sold,
    Unsold,
    Terminated,
}

fn stories() -> Vec<Story> {
    let now = clock::now();
    let land = |start, step| {
        let mut terms = listing(
            yuan(start),
            yuan(step),
            StepKind::Multiple,
            free(10 * DAY, 0),
            vec![inquiry(5), timed(5, Entry::Confirmed)],
        );
        terms.reserve = Some(yuan(start));
        terms
    };
    let short = |start, step, length_ms| ascending(yuan(start), yuan(step), length_ms, 1_000);
    let announced = |terms: Terms, days: i64| Terms { opens_at: Some(now.plus_ms(days * DAY)), ..terms };
    let capped = Terms {
        ceiling: Some(Ceiling { price: yuan(1_150_000_000), then: CeilingThen::HandOver, inquiry_ms: 5 * MINUTE }),
        ..land(1_000_000_000, 50_000_000)
    };
    let unmet = Terms { reserve: Some(yuan(1_800_000)), ..short(1_500_000, 10_000, 4_000) };
    let story = |center, number, kind, zh, en, location, area_m2, terms, becomes| Story {
        center,
        number,
        kind,
        zh,
        en,
        location,
        area_m2,
        terms,
        becomes,
    };
    use LotKind::{CommercialLand, Equipment, HousingLand, IndustrialLand, PropertyRight, Vehicle};
    vec![
        story(
            0,
            "A122-0341",
            HousingLand,
            "前海妈湾居住用地使用权",
            "Housing land, Mawan, Qianhai",
            "南山区妈湾大道与听海路交汇处",
            Some("42137.50"),
            land(1_000_000_000, 5_000_000),
            Becomes::Listing,
        ),
        story(
            0,
            "T207-0051",
            CommercialLand,
            "后海中心区商业用地使用权",
            "Commercial land, Houhai center",
            "南山区后海大道",
            Some("11820.33"),
            announced(land(680_000_000, 5_000_000), 12),
            Becomes::Announced,
        ),
        story(
            2,
            "G14207-0136",
            IndustrialLand,
            "宝龙工业区新型产业用地使用权",
            "Industrial land, Baolong",
            "龙岗区宝龙街道",
            Some("30514.76"),
            land(96_000_000, 1_000_000),
            Becomes::Suspended,
        ),
        story(
            2,
            "G02301-0087",
            HousingLand,
            "龙岗中心城二类居住用地使用权",
            "Housing land, Longgang center",
            "龙岗区龙城街道",
            Some("25660.10"),
            capped,
            Becomes::Ceiling,
        ),
        story(
            1,
            "NS-CL-2026-018",
            Vehicle,
            "公务用车一批（12辆）",
            "Twelve official vehicles",
            "南山区桃园路2号",
            None,
            short(860_000, 10_000, 6_000),
            Becomes::Sold,
        ),
        story(
            1,
            "NS-SB-2026-007",
            Equipment,
            "污水处理厂淘汰设备一批",
            "Retired equipment of a sewage works",
            "南山区月亮湾大道",
            None,
            unmet,
            Becomes::Unsold,
        ),
        story(
            0,
            "CQ-2026-0412",
            PropertyRight,
            "某科技公司18%国有股权",
            "18 % state share of a technology company",
            "福田区深南大道",
            None,
            announced(ascending(yuan(52_000_000), yuan(200_000), HOUR, 3 * MINUTE), 5),
            Becomes::Announced,
        ),
        story(
            2,
            "LG-SB-2026-031",
            Equipment,
            "地铁盾构机一台",
            "One tunnel boring machine",
            "龙岗区坂田街道",
            None,
            short(9_600_000, 50_000, 5_000),
            Becomes::Terminated,
        ),
        story(
            0,
            "CQ-2026-0419",
            PropertyRight,
            "沿街物业五年租赁权",
            "Five-year lease of street-front premises",
            "罗湖区人民南路",
            Some("386.20"),
            short(1_200_000, 10_000, 7_000),
            Becomes::Sold,
        ),
        story(
            1,
            "NS-CQ-2026-022",
            PropertyRight,
            "文体中心经营权",
            "Operating right of a sports center",
            "南山区南山大道",
            None,
            ascending(yuan(3_000_000), yuan(20_000), HOUR, 3 * MINUTE),
            Becomes::Checked,
        ),
        story(
            0,
            "A306-0112",
            IndustrialLand,
            "光明科学城普通工业用地使用权",
            "Industrial land, Guangming",
            "光明区公常路",
            Some("18905.00"),
            land(57_000_000, 500_000),
            Becomes::Draft,
        ),
    ]
}

/// Lots the simulated bidders keep alive; each is followed by the next of its series.
fn live_story(series: usize) -> Story {
    let story = |center, number, kind, zh, en, location, area_m2, terms| Story {
        center,
        number,
        kind,
        zh,
        en,
        location,
        area_m2,
        terms,
        becomes: Becomes::Listing,
    };
    match series {
        0 => {
            let mut terms = listing(
                yuan(420_000_000),
                yuan(2_000_000),
                StepKind::Multiple,
                free(4 * MINUTE, 0),
                vec![timed(2, Entry::Qualified)],
            );
            terms.reserve = Some(yuan(450_000_000));
            story(
                0,
                "B305-12",
                LotKind::CommercialLand,
                "香蜜湖商业服务业用地使用权",
                "Commercial land, Xiangmihu",
                "福田区香蜜湖路",
                Some("9412.66"),
                terms,
            )
        }
        1 => story(
            1,
            "NS-CL-2026-1",
            LotKind::Vehicle,
            "执法执勤车辆一批",
            "A batch of patrol vehicles",
            "南山区桃园路2号",
            None,
            ascending(yuan(320_000), yuan(5_000), 5 * MINUTE, MINUTE),
        ),
        _ => {
            let open = Phase::Open { length_ms: 6 * MINUTE, extension: Extension::Sliding { window_ms: MINUTE } };
            let mut terms = listing(yuan(4_800_000), yuan(1_000), StepKind::Own, open, Vec::new());
            terms.direction = Direction::Descending;
            terms.step = steps(StepKind::Own, yuan(1_000));
            story(
                2,
                "LG-FW-2026-2",
                LotKind::Equipment,
                "区政务云运维服务（竞低价）",
                "District cloud operations (descending)",
                "龙岗区龙翔大道",
                None,
                terms,
            )
        }
    }
}

/// Ladders kept moving; the methods' series come after them.
const LADDERS: usize = 3;
const SERIES: usize = LADDERS + demo_methods::SERIES;

fn series_story(series: usize) -> Story {
    match series.checked_sub(LADDERS) {
        None => live_story(series),
        Some(method) => demo_methods::live_story(method),
    }
}

async fn person(app: &App, login: String, name: String, role: Role, center_id: Option<Uuid>) -> ApiResult<Account> {
    routes::create(
        app,
        NewAccount {
            login,
            password: PASSWORD.into(),
            name,
            role,
            center_id,
            agency_id: None,
            duties: Vec::new(),
            id_number: None,
        },
    )
    .await
}

/// People and lots; printed on the terminal.
pub async fn fill(app: &App) -> ApiResult<()> {
    println!("filling a demonstration …");
    let centers = people::centers(&app.db).await?;
    let mut staff = Vec::new();
    for (center, prefix) in centers.iter().zip(["city", "nanshan", "longgang"]) {
        let [writes, checks] = [1, 2].map(|no| {
            person(
                app,
                format!("{prefix}.clerk{no}"),
                format!("{}经办{no}", center.name_zh),
                Role::Clerk,
                Some(center.id),
            )
        });
        staff.push(Staff { center: center.id, writes: writes.await?, checks: checks.await? });
    }
    person(app, "supervisor".into(), "监督员".into(), Role::Supervisor, None).await?;
    person(app, "supervisor2".into(), "监督员2".into(), Role::Supervisor, None).await?;
    person(app, "notary".into(), "公证员".into(), Role::Notary, None).await?;
    let mut bidders = Vec::new();
    for no in 1..=BIDDERS {
        bidders.push(person(app, format!("bidder{no}"), format!("竞买人{no}"), Role::Bidder, None).await?);
    }
    demo_cases::fill(app, PASSWORD, &bidders).await?;
    for story in stories().into_iter().chain(demo_methods::stories()) {
        tell(app, &staff[story.center], &bidders[..3], &story, story.number.to_string()).await?;
    }
    println!(
        "\n  demonstration accounts, password {PASSWORD}:\n  \
         clerks      city.clerk1 city.clerk2 nanshan.clerk1 nanshan.clerk2 longgang.clerk1 longgang.clerk2\n  \
         officers    officer1 (receives, reviews) officer2 (reviews, decides) officer3 (decides, owns data)\n  \
         enforcement enforcer1 enforcer2 (investigate) enforcer3 (decides) enforcer4 (reviews, decides) enforcer5 (decides)\n  \
         watchers    supervisor supervisor2 notary\n  \
         bidders     bidder1 … bidder{BIDDERS}\n"
    );
    Ok(())
}

/// Brings a lot to the state its story ends in; its id.
async fn tell(app: &App, staff: &Staff, bidders: &[Account], story: &Story, number: String) -> ApiResult<Uuid> {
    let id = Uuid::new_v4();
    let fact = |zh: &str, en: &str, value: &str| Fact { label_zh: zh.into(), label_en: en.into(), value: value.into() };
    let is_land = story.area_m2.is_some() && story.kind != LotKind::PropertyRight;
    let facts = if is_land {
        vec![
            fact("土地用途", "Use", "详见规划条件"),
            fact("出让年限", "Term", if story.kind == LotKind::HousingLand { "70年" } else { "40年" }),
            fact("容积率", "Plot ratio", "≤3.2"),
        ]
    } else {
        vec![fact("交付方式", "Delivery", "现状交付")]
    };
    let draft = LotDraft {
        number,
        kind: story.kind,
        title_zh: story.zh.into(),
        title_en: story.en.into(),
        location: story.location.into(),
        area_m2: story.area_m2.map(Into::into),
        description_zh: "演示数据：本标的为平台演示所设，不构成要约。".into(),
        description_en: "Demonstration data: not an offer.".into(),
        grantor: "市规划和自然资源局（演示）".into(),
        facts,
        terms: TermsDraft {
            body: TermsBody::of(&story.terms, fifth(&story.terms)),
            reserve: story.terms.reserve.map(|reserve| money(reserve, story.terms.scale)),
        },
    };
    let author = store::Author { center: staff.center, by: staff.writes.id, now: clock::now() };
    desk::write(app, id, None, &draft, &author).await?;
    let file = demo_land::file(story.number, story.kind);
    if let Some(file) = &file {
        demo_land::keep_file(app, id, file, &draft, staff.writes.id).await?;
    }
    if story.becomes == Becomes::Draft {
        return Ok(id);
    }
    desk::pass_check(app, &store::find(&app.db, id).await?, staff.checks.id).await?;
    if story.becomes == Becomes::Checked {
        return Ok(id);
    }
    if file.is_some() {
        demo_land::file_and_notice(app, id, &staff.writes, &staff.checks).await?;
    }
    desk::put_on_floor(app, &store::find(&app.db, id).await?, staff.writes.id).await?;
    for bidder in bidders {
        let application = store::apply(&app.db, id, bidder.id, clock::now()).await?;
        desk::seat(app, id, application.no, None, staff.writes.id).await?;
    }
    if story.becomes == Becomes::Announced {
        return Ok(id);
    }
    let by = staff.writes.id;
    desk::command(app, id, by, Command::Open, "open").await?;
    let (start, step) = (story.terms.start_price, story.terms.step.at(story.terms.start_price));
    if matches!(story.terms.phases.first(), Some(Phase::Method(_))) {
        demo_methods::first_offers(app, id, bidders, &story.terms).await?;
        return Ok(id);
    }
    let bids = match story.becomes {
        Becomes::Ceiling => 4,
        Becomes::Unsold => 2,
        Becomes::Listing if story.number.contains("-12") || story.terms.step.kind == StepKind::Own => 0,
        _ => 5,
    };
    for no in 0..bids {
        let Some(amount) = Money::new(start.minor() + step.minor() * no) else { break };
        let bidder = bidders[no as usize % bidders.len()].id;
        bid(app, id, bidder, amount).await?;
    }
    let ground = |text: &str| text.to_string();
    match story.becomes {
        Becomes::Suspended => {
            let ground = ground("有关部门要求核实规划条件，暂停挂牌");
            desk::command(app, id, by, Command::Suspend { ground }, "suspend").await?;
        }
        Becomes::Terminated => {
            let ground = ground("转让方申请终止");
            desk::command(app, id, by, Command::Terminate { ground }, "terminate").await?;
        }
        _ => {}
    }
    Ok(id)
}

pub async fn bid(app: &App, lot: Uuid, account: Uuid, amount: Money) -> ApiResult<()> {
    let intent = Intent::Bid { key: Uuid::new_v4(), amount, expect: None };
    app.door.call(lot, Some(account), intent).await.map(|_| ()).map_err(|_| ApiError::busy())
}

/// Keeps the live series going for as long as the server runs. Does nothing on a database without
/// the demonstration's people.
pub async fn keep_alive(app: App) {
    let mut bidders = Vec::new();
    for no in 1..=BIDDERS {
        match people::by_login(&app.db, &format!("bidder{no}")).await {
            Ok(Some((account, _))) => bidders.push(account),
            _ => return,
        }
    }
    let mut staff = Vec::new();
    let Ok(centers) = people::centers(&app.db).await else { return };
    for (center, prefix) in centers.iter().zip(["city", "nanshan", "longgang"]) {
        let (Ok(Some((writes, _))), Ok(Some((checks, _)))) = (
            people::by_login(&app.db, &format!("{prefix}.clerk1")).await,
            people::by_login(&app.db, &format!("{prefix}.clerk2")).await,
        ) else {
            return;
        };
        staff.push(Staff { center: center.id, writes, checks });
    }
    let mut live = [None; SERIES];
    let mut turn = tokio::time::interval(Duration::from_millis(900));
    loop {
        turn.tick().await;
        for (series, lot) in live.iter_mut().enumerate() {
            if let Err(error) = step(&app, &staff, &bidders, series, lot).await {
                tracing::warn!(code = %error.code, "demonstration");
            }
        }
    }
}

async fn step(app: &App, staff: &[Staff], bidders: &[Account], series: usize, lot: &mut Option<Uuid>) -> ApiResult<()> {
    let state = lot.and_then(|lot| app.feed.state(lot));
    let Some((id, state)) = lot.zip(state).filter(|(_, state)| state.stage == StageName::Bidding) else {
        let story = series_story(series);
        let query = LotQuery { q: Some(story.number.into()), ..LotQuery::default() };
        let made = store::list(&app.db, &query, Scope::Center(staff[story.center].center), clock::now()).await?.total;
        let number = format!("{}{:03}", story.number, made + 1);
        *lot = Some(tell(app, &staff[story.center], bidders, &story, number).await?);
        return Ok(());
    };
    // Only a demonstration may draw chance: which bidder, how patient, how keen.
    let chance = Uuid::new_v4().as_u128();
    if !chance.is_multiple_of(5) {
        return Ok(());
    }
    if series >= LADDERS {
        return demo_methods::play(app, id, bidders, chance, &state).await;
    }
    let bidder = &bidders[(chance >> 8) as usize % bidders.len()];
    let terms = live_story(series).terms;
    let start = terms.start_price.minor();
    let now = state
        .price
        .as_deref()
        .and_then(|price| crate::trading::wire::parse_money(price, terms.scale).ok())
        .map_or(start, Money::minor);
    let step = terms.step.at(terms.start_price).minor();
    let steps = 1 + i64::from((chance >> 16) as u8 % 3);
    let keenness = 100 + i64::from((chance >> 32) as u8 % 60);
    let amount = match terms.direction {
        Direction::Ascending if now > start / 100 * keenness => return Ok(()),
        Direction::Ascending if state.price.is_none() => start,
        Direction::Ascending => now + step * steps,
        Direction::Descending if now < start / 100 * (200 - keenness) => return Ok(()),
        Direction::Descending => now - step * steps * 5,
    };
    match Money::new(amount) {
        Some(amount) => bid(app, id, bidder.id, amount).await,
        None => Ok(()),
    }
}

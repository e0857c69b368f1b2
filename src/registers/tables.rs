//! The nine registers. A field, or a register, is added here by a line.

use crate::registers::fields::{Choice, Field, Kind, Register};
use crate::registers::scope;

const fn field(name: &'static str, zh: &'static str, en: &'static str, kind: Kind) -> Field {
    Field { name, zh, en, kind, required: false, key: false, personal: false }
}

impl Field {
    const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    const fn key(self) -> Field {
        Field { required: true, key: true, ..self }
    }

    const fn personal(self) -> Field {
        Field { personal: true, ..self }
    }
}

const fn choice(value: &'static str, zh: &'static str, en: &'static str) -> Choice {
    Choice { value, zh, en }
}

use Kind::{Choice as Of, CreditCode, Date, IdNumber, Number, Parcel, Polygon, Region, Text, Unit};

pub const REGISTERS: &[Register] = &[
    POPULATION,
    LEGAL_ENTITIES,
    GEOSPATIAL,
    ARCHIVES,
    REGULATIONS,
    EXPERTS,
    SOCIAL_CREDIT,
    SCI_TECH,
    INTELLECTUAL_PROPERTY,
];

pub fn register(name: &str) -> Option<&'static Register> {
    REGISTERS.iter().find(|register| register.name == name)
}

const POPULATION: Register = Register {
    name: "population",
    zh: "人口库",
    en: "Population",
    open: false,
    ordered: None,
    fields: &[
        field("id_number", "公民身份号码", "Identity number", IdNumber).key().personal(),
        field("name", "姓名", "Name", Text).required().personal(),
        field("sex", "性别", "Sex", Of(&[choice("male", "男", "male"), choice("female", "女", "female")])).personal(),
        field("region", "户籍行政区划", "Region of registration", Region).required(),
        field("address", "住址", "Address", Text).personal(),
        field(
            "status",
            "状态",
            "Status",
            Of(&[
                choice("registered", "在册", "registered"),
                choice("moved", "迁出", "moved away"),
                choice("deceased", "死亡", "deceased"),
            ]),
        )
        .required(),
    ],
};

pub const LEGAL_ENTITIES: Register = Register {
    name: "legal_entities",
    zh: "法人库",
    en: "Legal entities",
    open: false,
    ordered: Some(("founded_on", "ended_on")),
    fields: &[
        field("credit_code", "统一社会信用代码", "Credit code", CreditCode).key(),
        field("name", "名称", "Name", Text).required(),
        field(
            "kind",
            "类型",
            "Kind",
            Of(&[
                choice("company", "企业", "company"),
                choice("institution", "事业单位", "public institution"),
                choice("agency", "机关", "agency"),
                choice("association", "社会组织", "association"),
                choice("sole_trader", "个体工商户", "sole trader"),
            ]),
        )
        .required(),
        field(
            "status",
            "状态",
            "Status",
            Of(&[
                choice("active", "存续", "active"),
                choice("suspended", "停业", "suspended"),
                choice("revoked", "吊销", "revoked"),
                choice("deregistered", "注销", "deregistered"),
            ]),
        )
        .required(),
        field("region", "行政区划", "Region", Region).required(),
        field("representative", "法定代表人", "Legal representative", Text).personal(),
        field("representative_id", "法定代表人证件号码", "Representative's identity number", IdNumber).personal(),
        field("capital_yuan", "注册资本（元）", "Registered capital, yuan", Number),
        // Codes, or identity numbers where they are persons; several are set apart by commas.
        field("shareholders", "股东证件号码", "Shareholders' codes", Text).personal(),
        field("controller", "实际控制人证件号码", "Controller's code", Text).personal(),
        field("address", "住所", "Address", Text),
        field("founded_on", "成立日期", "Founded on", Date),
        field("ended_on", "终止日期", "Ended on", Date),
    ],
};

pub const GEOSPATIAL: Register = Register {
    name: "geospatial",
    zh: "空间地理库",
    en: "Geospatial",
    open: false,
    ordered: None,
    fields: &[
        field("parcel_code", "宗地代码", "Parcel code", Parcel).key(),
        field("unit_code", "不动产单元代码", "Real-estate unit code", Unit),
        field("region", "行政区划", "Region", Region).required(),
        field("location", "坐落", "Location", Text).required(),
        field("land_use", "土地用途", "Land use", Of(LAND_USES)).required(),
        field("area_m2", "面积（平方米）", "Area, m²", Number).required(),
        field("epsg", "坐标系（EPSG）", "Coordinate system (EPSG)", Of(SYSTEMS)).required(),
        field("boundary", "界址（WKT）", "Boundary (WKT)", Polygon).required(),
        field("holder", "权利人", "Holder", Text).personal(),
    ],
};

/// CGCS2000: longitude and latitude, and the two plane grids of the 114th meridian.
const SYSTEMS: &[Choice] = &[
    choice("4490", "CGCS2000 经纬度", "CGCS2000 longitude, latitude"),
    choice("4547", "CGCS2000 三度带 114°E", "CGCS2000 3° zone, 114° E"),
    choice("4526", "CGCS2000 三度带 38带", "CGCS2000 3° zone 38"),
];

/// Of the GB/T 21010-2007 family; newer national codes differ.
const LAND_USES: &[Choice] = &[
    choice("05", "商服用地", "commercial"),
    choice("06", "工矿仓储用地", "industry, mining, storage"),
    choice("061", "工业用地", "industry"),
    choice("062", "采矿用地", "mining"),
    choice("063", "仓储用地", "storage"),
    choice("07", "住宅用地", "housing"),
    choice("08", "公共管理与公共服务用地", "public"),
    choice("09", "特殊用地", "special"),
    choice("10", "交通运输用地", "transport"),
    choice("11", "水域及水利设施用地", "water"),
    choice("99", "其他", "other"),
];

const ARCHIVES: Register = Register {
    name: "archives",
    zh: "文献档案库",
    en: "Archives",
    open: false,
    ordered: None,
    fields: &[
        field("number", "档号", "File number", Text).key(),
        field("title", "题名", "Title", Text).required(),
        field("agency_code", "立档单位信用代码", "Agency's credit code", CreditCode),
        field("made_on", "形成日期", "Made on", Date).required(),
        field(
            "secrecy",
            "公开属性",
            "Access",
            Of(&[
                choice("public", "公开", "public"),
                choice("on_request", "依申请公开", "on request"),
                choice("internal", "内部", "internal"),
            ]),
        )
        .required(),
        field(
            "keep",
            "保管期限",
            "Kept for",
            Of(&[
                choice("permanent", "永久", "ever"),
                choice("30_years", "30年", "30 years"),
                choice("10_years", "10年", "10 years"),
            ]),
        )
        .required(),
        field("sha256", "电子文件摘要（SHA-256）", "SHA-256 of the file", Text),
    ],
};

pub const REGULATIONS: Register = Register {
    name: "regulations",
    zh: "法规标准库",
    en: "Regulations and standards",
    open: true,
    ordered: Some(("in_force_from", "repealed_on")),
    fields: &[
        field("number", "编号", "Number", Text).key(),
        field("title", "名称", "Title", Text).required(),
        field(
            "level",
            "效力级别",
            "Rank",
            Of(&[
                choice("law", "法律", "law"),
                choice("regulation", "行政法规", "administrative regulation"),
                choice("local_regulation", "地方性法规", "local regulation"),
                choice("rule", "规章", "rule"),
                choice("document", "规范性文件", "document"),
                choice("standard", "标准", "standard"),
            ]),
        )
        .required(),
        field("issued_by", "发布机关", "Issued by", Text).required(),
        field("document", "文号", "Document number", Text),
        field("issued_on", "发布日期", "Issued on", Date),
        field("in_force_from", "施行日期", "In force from", Date).required(),
        field("repealed_on", "废止日期", "Repealed on", Date),
        field("address", "原文地址", "Address of the text", Text),
    ],
};

pub const EXPERTS: Register = Register {
    name: "experts",
    zh: "人力资源库（评审专家）",
    en: "Human resources (experts)",
    open: false,
    ordered: None,
    fields: &[
        field("number", "专家编号", "Expert number", Text).key(),
        field("name", "姓名", "Name", Text).required().personal(),
        field("id_number", "公民身份号码", "Identity number", IdNumber).required().personal(),
        field("field", "专业", "Field", Of(EXPERT_FIELDS)).required(),
        field("title", "职称", "Title", Text),
        field("employer_code", "工作单位信用代码", "Employer's credit code", CreditCode),
        field("employer", "工作单位", "Employer", Text),
        field("phone", "联系电话", "Telephone", Text).personal(),
        field(
            "status",
            "状态",
            "Status",
            Of(&[
                choice("active", "在库", "active"),
                choice("suspended", "暂停", "suspended"),
                choice("removed", "出库", "removed"),
            ]),
        )
        .required(),
    ],
};

const EXPERT_FIELDS: &[Choice] = &[
    choice("land", "土地评估", "land valuation"),
    choice("assets", "资产评估", "asset valuation"),
    choice("engineering", "工程", "engineering"),
    choice("law", "法律", "law"),
    choice("finance", "财务", "finance"),
    choice("it", "信息技术", "information technology"),
    choice("environment", "环境", "environment"),
];

pub const SOCIAL_CREDIT: Register = Register {
    name: "social_credit",
    zh: "社会信用库",
    en: "Social credit",
    open: false,
    ordered: Some(("in_force_from", "until")),
    fields: &[
        field("number", "记录编号", "Record number", Text).key(),
        field("subject_code", "主体信用代码", "Subject's credit code", CreditCode).required(),
        // Where the subject is a person: written by the platform's own findings.
        field("subject_id", "主体身份证号", "Subject's identity number", IdNumber).personal(),
        field("subject", "主体名称", "Subject", Text).required(),
        field(
            "kind",
            "记录类别",
            "Kind",
            Of(&[
                choice("violation", "违法违规", "violation"),
                choice("blacklist", "黑名单", "blacklist"),
                choice("reward", "奖励", "reward"),
                choice("performance", "履约", "performance"),
            ]),
        )
        .required(),
        field("bars", "限制参加交易", "Bars from trading", Of(&[choice("yes", "是", "yes"), choice("no", "否", "no")]))
            .required(),
        // From which dealings; from all where it says none.
        field("scope", "限制范围", "Barred from", Of(scope::CHOICES)),
        field("reason", "事由", "Reason", Text).required(),
        field("decided_by", "决定机关", "Decided by", Text).required(),
        field("document", "决定文号", "Document", Text),
        field("in_force_from", "生效日期", "In force from", Date).required(),
        field("until", "截止日期", "Until", Date),
        field("lifted_on", "撤销日期", "Lifted on", Date),
    ],
};

const SCI_TECH: Register = Register {
    name: "sci_tech",
    zh: "科技资源库",
    en: "Sci-tech resources",
    open: false,
    ordered: None,
    fields: &[
        field("number", "资源编号", "Resource number", Text).key(),
        field("name", "名称", "Name", Text).required(),
        field(
            "kind",
            "类别",
            "Kind",
            Of(&[
                choice("instrument", "仪器设备", "instrument"),
                choice("laboratory", "实验室", "laboratory"),
                choice("project", "科技项目", "project"),
                choice("data", "科学数据", "data"),
            ]),
        )
        .required(),
        field("holder_code", "持有单位信用代码", "Holder's credit code", CreditCode).required(),
        field("value_yuan", "原值（元）", "Value, yuan", Number),
        field("contact", "联系人", "Contact", Text).personal(),
        field("shared", "开放共享", "Shared", Of(&[choice("yes", "是", "yes"), choice("no", "否", "no")])),
    ],
};

const INTELLECTUAL_PROPERTY: Register = Register {
    name: "intellectual_property",
    zh: "知识产权库",
    en: "Intellectual property",
    open: false,
    ordered: Some(("filed_on", "expires_on")),
    fields: &[
        field("number", "登记号", "Registration number", Text).key(),
        field("title", "名称", "Title", Text).required(),
        field(
            "kind",
            "类别",
            "Kind",
            Of(&[
                choice("invention", "发明专利", "invention patent"),
                choice("utility_model", "实用新型", "utility model"),
                choice("design", "外观设计", "design"),
                choice("trademark", "商标", "trademark"),
                choice("copyright", "著作权", "copyright"),
            ]),
        )
        .required(),
        field("holder_code", "权利人信用代码", "Holder's credit code", CreditCode),
        field("holder", "权利人", "Holder", Text).required(),
        field("filed_on", "申请日期", "Filed on", Date),
        field("expires_on", "届满日期", "Expires on", Date),
        field(
            "status",
            "状态",
            "Status",
            Of(&[
                choice("in_force", "有效", "in force"),
                choice("pledged", "质押", "pledged"),
                choice("expired", "失效", "expired"),
            ]),
        )
        .required(),
    ],
};

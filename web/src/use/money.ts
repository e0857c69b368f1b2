// Money on the page: exact decimal strings, BigInt minor units, never a float.

/** An amount in minor units of its lot's scale. */
interface Minor {
  units: bigint;
  scale: number;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function minor(amount: string): Minor {
  const match = DECIMAL.exec(amount);
  if (!match) throw new Error(`not a decimal amount: ${amount}`);
  const [, sign, whole = "", fraction = ""] = match;
  const units = BigInt(whole + fraction);
  return { units: sign ? -units : units, scale: fraction.length };
}

function rescale({ units, scale }: Minor, to: number): bigint {
  if (to >= scale) return units * 10n ** BigInt(to - scale);
  const divisor = 10n ** BigInt(scale - to);
  if (units % divisor !== 0n) throw new Error("amount has more decimals than the lot");
  return units / divisor;
}

/** Minor units as an exact decimal. */
export function decimal(units: bigint, scale: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`;
}

/** An amount in the lot's minor units. */
export function minorAt(amount: string, scale: number): bigint {
  return rescale(minor(amount), scale);
}

/** `amount` moved by the step the server gave, up or down; never below zero. */
export function moved(amount: string, step: string, up: boolean, scale: number): string {
  const delta = rescale(minor(step), scale);
  const units = rescale(minor(amount), scale) + (up ? delta : -delta);
  return decimal(units < 0n ? 0n : units, scale);
}

/** Where each betters only himself his next bid lies a step beyond his own last one; elsewhere the lot's minimum is everybody's. */
export function bound(minimum: string | undefined, own_last: string | undefined, step: string, up: boolean, scale: number): string | undefined {
  return minimum === undefined || own_last === undefined ? minimum : moved(own_last, step, up, scale);
}

export function sum(a: string, b: string): string {
  const left = minor(a);
  const right = minor(b);
  const scale = Math.max(left.scale, right.scale);
  return decimal(rescale(left, scale) + rescale(right, scale), scale);
}

/** How far apart two amounts are, exactly. */
export function apart(a: string, b: string): string {
  const left = minor(a);
  const right = minor(b);
  const scale = Math.max(left.scale, right.scale);
  const units = rescale(left, scale) - rescale(right, scale);
  return decimal(units < 0n ? -units : units, scale);
}

/** −1, 0 or 1 as `a` is below, equal to or above `b`. */
export function compared(a: string, b: string): number {
  const left = minor(a);
  const right = minor(b);
  const scale = Math.max(left.scale, right.scale);
  const difference = rescale(left, scale) - rescale(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `amount` taken `count` times: what an order comes to. */
export function times(amount: string, count: number): string {
  const { units, scale } = minor(amount);
  return decimal(units * BigInt(count), scale);
}

export type Parsed = { ok: true; amount: string } | { ok: false; why: "empty" | "not_a_number" | "too_precise" };

const FULL_WIDTH = /[０-９．，。]/g;
// Twenty digits hold any price a city could ask; longer input is a stuck key.
const DIGITS_MAX = 20;

/** What a person typed — full-width digits, separators, ¥, 元, 万 or 亿 — as an exact amount. */
export function parsed(input: string, scale: number): Parsed {
  let plain = input
    .replace(FULL_WIDTH, (c) => (c === "，" ? "," : c === "。" ? "." : String.fromCharCode(c.charCodeAt(0) - 0xfee0)))
    .replace(/[\s,¥￥元]/g, "");
  if (plain === "") return { ok: false, why: "empty" };
  let shift = 0;
  const unit = /(万|亿)$/.exec(plain);
  if (unit) {
    shift = unit[1] === "万" ? 4 : 8;
    plain = plain.slice(0, -1);
  }
  const match = /^(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || plain === "." || plain === "" || plain.length > DIGITS_MAX) return { ok: false, why: "not_a_number" };
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length - shift > scale) return { ok: false, why: "too_precise" };
  const units = BigInt((match[1] || "0") + fraction) * 10n ** BigInt(scale + shift - fraction.length);
  return { ok: true, amount: decimal(units, scale) };
}

// Beyond this a number is no longer exact in the browser; the server's own bounds are far below.
const COUNT_DIGITS_MAX = 15;

/** What a person typed as a whole number, with full-width digits, separators, 万 or 亿; undefined if it is none. */
export function wholeNumber(input: string): number | undefined {
  const negative = /^\s*[-−－]/.test(input);
  const result = parsed(negative ? input.replace(/[-−－]/, "") : input, 0);
  if (!result.ok || result.amount.length > COUNT_DIGITS_MAX) return undefined;
  return negative ? -Number(result.amount) : Number(result.amount);
}

/** Whole part with separators and the fraction apart, so that a page can set the fraction small. */
export function figures(amount: string): { whole: string; fraction: string } {
  const [whole = "0", fraction = ""] = amount.split(".");
  return { whole: whole.replace(/\B(?=(\d{3})+$)/g, ","), fraction: fraction ? `.${fraction}` : "" };
}

export function formatted(amount: string): string {
  const { whole, fraction } = figures(amount);
  return whole + fraction;
}

function shifted(amount: string, places: number): string {
  const { units, scale } = minor(amount);
  const [whole = "0", fraction = ""] = decimal(units, scale + places).split(".");
  const kept = fraction.replace(/0+$/, "");
  return kept ? `${figures(whole).whole}.${kept}` : figures(whole).whole;
}

/** The same sum in 万元 or 亿元 (million or billion yuan in English), exact; nothing for small sums. */
export function large(amount: string, chinese: boolean): string | undefined {
  const { units, scale } = minor(amount);
  const yuan = units / 10n ** BigInt(scale);
  if (chinese) {
    if (yuan >= 100_000_000n) return `${shifted(amount, 8)} 亿元`;
    return yuan >= 10_000n ? `${shifted(amount, 4)} 万元` : undefined;
  }
  if (yuan >= 1_000_000_000n) return `${shifted(amount, 9)} billion yuan`;
  return yuan >= 1_000_000n ? `${shifted(amount, 6)} million yuan` : undefined;
}

const CAPITALS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "兆", "京", "垓"];
const FRACTIONS = ["角", "分", "厘", "毫"];

function capitalWhole(whole: string): string {
  let words = "";
  let zero = false;
  let group = false;
  for (let i = 0; i < whole.length; i++) {
    const place = whole.length - 1 - i;
    const digit = Number(whole[i]);
    if (digit === 0) zero = true;
    else {
      if (zero && words) words += "零";
      zero = false;
      group = true;
      words += CAPITALS[digit]! + PLACES[place % 4]!;
    }
    if (place % 4 === 0 && group) {
      words += GROUPS[place / 4]!;
      group = false;
    }
  }
  return words;
}

/** 大写: the amount in the capital numerals of Chinese contracts. */
export function capitals(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const yuan = capitalWhole(whole.replace(/^0+/, ""));
  let parts = "";
  let zero = false;
  for (const [i, c] of [...fraction].entries()) {
    if (c === "0") zero = true;
    else {
      if (zero && (yuan || parts)) parts += "零";
      zero = false;
      parts += CAPITALS[Number(c)]! + FRACTIONS[i]!;
    }
  }
  if (!parts) return `人民币${yuan || "零"}元整`;
  return `人民币${yuan ? `${yuan}元` : ""}${parts}`;
}

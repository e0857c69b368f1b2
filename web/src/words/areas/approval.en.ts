import type zh from "./approval.zh";

const en: typeof zh = {};
export default en;

import type zh from "./deposits.zh";

const en: typeof zh = {};
export default en;

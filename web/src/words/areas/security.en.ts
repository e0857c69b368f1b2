import type zh from "./security.zh";

const en: typeof zh = {};
export default en;

import type zh from "./life.zh";

const en: typeof zh = {};
export default en;

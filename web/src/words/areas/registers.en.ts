import type zh from "./registers.zh";

const en: typeof zh = {};
export default en;

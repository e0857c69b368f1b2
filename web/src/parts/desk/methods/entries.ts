import type { EntryName } from "@/api/types";

export const ENTRIES: readonly EntryName[] = ["qualified", "quoted", "confirmed", "quoted_and_confirmed", "quoted_or_confirmed"];

// What pages of a register share: the register itself, its values in words, what a version changed.
import { computed } from "vue";
import * as calls from "@/api/calls";
import { useFetched } from "./fetched";
import type { RegisterField, RowVersion, Said } from "@/api/types";

export const FILE_BYTES_MAX = 16 * 1024 * 1024;

export function useRegister(id: () => string) {
  const { value, refused, again } = useFetched(calls.registers.list);
  const register = computed(() => value.value?.find((one) => one.name === id()));
  void again();
  return { registers: value, register, refused, again };
}

/** A value as read by people: a choice by its name, anything else as it is kept. */
export function inWords(field: RegisterField | undefined, value: string | undefined, say: (said: Said) => string): string {
  if (value === undefined) return "";
  const choice = field?.choices.find((one) => one.value === value);
  return choice ? say(choice) : value;
}

/** The fields in which a version differs from the one before it; none in the first. */
export function changed(newer: RowVersion, older: RowVersion | undefined): Set<string> {
  if (!older) return new Set();
  const names = [...Object.keys(newer.data), ...Object.keys(older.data)];
  return new Set(names.filter((name) => newer.data[name] !== older.data[name]));
}

export function formatOf(name: string): "csv" | "json" | undefined {
  const ending = name.toLowerCase().split(".").pop();
  return ending === "csv" || ending === "json" ? ending : undefined;
}

/** Hands a file to the browser. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

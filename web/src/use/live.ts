// The page's one socket and the server time everything is shown in.
import { createLive } from "@/api/live";
import { session } from "./session";

const DEVICE_KEY = "sunbid.device";

/** A random id of this browser; supervision compares it, it says nothing about the person. */
function device(): string {
  const known = localStorage.getItem(DEVICE_KEY);
  if (known) return known;
  const fresh = newKey();
  localStorage.setItem(DEVICE_KEY, fresh);
  return fresh;
}

/** A UUID for one command; also where the page is not served over TLS and randomUUID is missing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const scheme = location.protocol === "https:" ? "wss" : "ws";

export const live = createLive({
  url: `${scheme}://${location.host}/api/socket`,
  device: device(),
  // The line takes nobody whose password somebody else chose.
  token: () => (session.password_to_change.value ? undefined : session.token.value),
  unwelcome: () => void session.renew(),
});

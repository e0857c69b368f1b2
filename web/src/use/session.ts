// Who is signed in. The token stays in memory; the cookie brings it back after a reload.
import { computed, ref, shallowRef } from "vue";
import * as calls from "@/api/calls";
import { guardWith } from "@/api/client";
import type { Account, Role, Session } from "@/api/types";

// Only says that asking for a refresh makes sense; a visitor's page need not ask.
const HINT_KEY = "sunbid.signed_in";
const RENEW_BEFORE_MS = 60_000;
const RENEW_CHECK_MS = 5000;

const token = ref<string>();
const account = shallowRef<Account>();
const password_to_change = ref(false);
const changed = new Set<(how: "renewed" | "switched") => void>();
let expires_at: number | undefined;

function adopt(next: Session | undefined) {
  const how = account.value?.id === next?.account.id ? "renewed" : "switched";
  token.value = next?.token;
  account.value = next?.account;
  password_to_change.value = next?.password_to_change ?? false;
  expires_at = next?.expires_at;
  if (next) localStorage.setItem(HINT_KEY, "1");
  else localStorage.removeItem(HINT_KEY);
  for (const tell of changed) tell(how);
}

let renewing: Promise<boolean> | undefined;

/** Asks for a fresh token once, however many calls wait for it. Tabs take turns: they share the cookie. */
function renew(): Promise<boolean> {
  renewing ??= exclusively(async () => {
    try {
      adopt(await calls.session.refresh());
      return true;
    } catch (refused) {
      const status = (refused as { status?: number }).status ?? 0;
      // Only the server's no ends the session; its silence may be over at the next check.
      if (status === 401 || status === 403) adopt(undefined);
      return false;
    }
  }).finally(() => (renewing = undefined));
  return renewing;
}

async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? ((await navigator.locks.request("sunbid-session", work)) as T) : work();
}

guardWith({ token: () => token.value, renew });

export const session = {
  token,
  account,
  /** Somebody else chose the password: nothing else is open before it is changed. */
  password_to_change,
  role: computed<Role | undefined>(() => account.value?.role),
  async signIn(login: string, password: string) {
    adopt(await calls.session.open(login, password));
  },
  async changePassword(old: string, password: string) {
    adopt(await calls.session.changePassword(old, password));
  },
  async signOut() {
    await calls.session.close().catch(() => undefined);
    adopt(undefined);
  },
  renew,
  /** Before the first page: bring a session back if there was one. */
  async restore() {
    if (localStorage.getItem(HINT_KEY)) await renew();
  },
  /** From now on the token is renewed before it expires, by the server's clock. */
  keepFresh(server_now: () => number) {
    setInterval(() => {
      if (expires_at !== undefined && expires_at - server_now() < RENEW_BEFORE_MS) void renew();
    }, RENEW_CHECK_MS);
  },
  onChange: (tell: (how: "renewed" | "switched") => void) => void changed.add(tell),
};

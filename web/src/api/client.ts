// The door to REST: one request with the token, and every failure as a Refused with the server's sentence.
import type { ApiError, Said } from "./types";

/** A refusal by the server, or its silence, as a value pages can show. */
export class Refused extends Error implements Said {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly field?: string;

  constructor(
    readonly status: number,
    body: ApiError,
  ) {
    super(`${body.code}: ${body.en}`);
    this.code = body.code;
    this.zh = body.zh;
    this.en = body.en;
    this.field = body.field ?? undefined;
  }
}

/** For an answer to begin; what is sent may take longer to go out, what comes longer to arrive. */
const ANSWER_MS_MAX = 8_000;

const UNREACHABLE: ApiError = {
  code: "UNREACHABLE",
  zh: "无法连接服务器，请检查网络后重试",
  en: "the server cannot be reached; check the network and try again",
};

type Query = Record<string, string | number | undefined>;

interface Guard {
  token: () => string | undefined;
  /** Called once on 401; true when a fresh token is there and the call may be repeated. */
  renew: () => Promise<boolean>;
}

// The token lives in memory only; the session hands its guard in when the page starts.
let guard: Guard = { token: () => undefined, renew: async () => false };

export function guardWith(next: Guard): void {
  guard = next;
}

/** Where a question to the server lies, for a link or a call. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") search.set(name, String(value));
  return search.size ? `${path}?${search}` : path;
}

async function send(method: string, url: string, body: unknown, token?: string, kind = "application/json"): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const plain = body instanceof Blob || typeof body === "string";
  if (body !== undefined) headers["content-type"] = body instanceof Blob ? "application/octet-stream" : kind;
  // A line that died without a word leaves its connection in the browser's pool: a question on it is never answered.
  const silence = new AbortController();
  const patience = body === undefined ? setTimeout(() => silence.abort(), ANSWER_MS_MAX) : undefined;
  try {
    return await fetch(url, { method, headers, signal: silence.signal, body: body === undefined ? undefined : plain ? (body as Blob | string) : JSON.stringify(body) });
  } catch {
    throw new Refused(0, UNREACHABLE);
  } finally {
    clearTimeout(patience);
  }
}

async function refusal(response: Response): Promise<Refused> {
  const body: unknown = await response.json().catch(() => undefined);
  if (body && typeof body === "object" && "code" in body) return new Refused(response.status, body as ApiError);
  return new Refused(response.status, { ...UNREACHABLE, code: `HTTP_${response.status}` });
}

/** Asks once with the token there is, and once more when the server wants a fresh one. */
async function guarded(path: string, ask: (token?: string) => Promise<Response>): Promise<Response> {
  const token = guard.token();
  let response = await ask(token);
  // The session's own calls are not repeated: renewing would wait for itself.
  const again = response.status === 401 && token !== undefined && !path.startsWith("/api/session");
  if (again && (await guard.renew())) response = await ask(guard.token());
  if (!response.ok) throw await refusal(response);
  return response;
}

async function call<T>(method: string, path: string, query?: Query, body?: unknown): Promise<T> {
  const response = await guarded(path, (token) => send(method, addressOf(path, query), body, token));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** `fetch` does not tell how much has gone; the older request does. */
function sendFile(url: string, file: Blob, told: (share: number) => void, token?: string): Promise<Response> {
  return new Promise((answered, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    if (token) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onload = () => answered(new Response(request.responseText, { status: request.status }));
    request.onerror = request.onabort = () => failed(new Refused(0, UNREACHABLE));
    request.send(file);
  });
}

export const get = <T>(path: string, query?: Query) => call<T>("GET", path, query);
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, undefined, body);
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, undefined, body);
/** Sends a file as the body and tells the share of it that has gone, 0 to 1. */
export async function putFile<T>(path: string, file: Blob, query: Query, told: (share: number) => void): Promise<T> {
  const response = await guarded(path, (token) => sendFile(addressOf(path, query), file, told, token));
  return (await response.json()) as T;
}
/** Sends text as it is. */
export async function postText<T>(path: string, text: string, query: Query): Promise<T> {
  const response = await guarded(path, (token) => send("POST", addressOf(path, query), text, token, "text/plain"));
  return (await response.json()) as T;
}
export const upload = <T>(path: string, query: Query, file: Blob) => call<T>("POST", path, query, file);
/** A file behind a guarded door. */
export const download = async (path: string, query?: Query) => (await guarded(path, (token) => send("GET", addressOf(path, query), undefined, token))).blob();
export const remove = (path: string) => call<void>("DELETE", path);
/** Takes something away and is told what is left. */
export const take = <T>(path: string) => call<T>("DELETE", path);

/** Anything thrown, as something with a sentence. */
export function asRefused(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  return new Refused(0, { code: "PAGE_ERROR", zh: "页面出错，请刷新后重试", en: "the page failed; reload and try again" });
}

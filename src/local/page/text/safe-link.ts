/** Which addresses may become links and pictures: what anybody wrote into a message must not run here. */
const linkSchemes: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/** The address when it may be a link; undefined for `javascript:`, `data:` and whatever can't be read. */
export function safeHref(address: string): string | undefined {
  const url = URL.parse(address.trim());
  return url !== null && linkSchemes.has(url.protocol) ? url.href : undefined;
}

/** The address when it may be a picture: https, or http of this very machine. */
export function safeImage(address: string): string | undefined {
  const url = URL.parse(address.trim());
  if (url === null) return undefined;
  const isNear = url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  return url.protocol === "https:" || isNear ? url.href : undefined;
}

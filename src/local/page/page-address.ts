/** Where one is on the page: who acts, which place and which thread are open. It all stands in the address. */
export interface PageQuery {
  /** Id of the person who acts. */
  as: string;
  /** Id of a conversation, or "home" for the app's Home tab. */
  at: string;
  /** ts of the root whose thread is open. */
  thread?: string;
}

export function pageHref(query: PageQuery): string {
  const words = new URLSearchParams({ as: query.as, at: query.at });
  if (query.thread !== undefined) words.set("thread", query.thread);
  return `/?${words.toString()}`;
}

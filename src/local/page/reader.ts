/** The person who looks at the page: in whose zone times are told, and which names stand for ids. */
export interface Reader {
  personId: string;
  /** IANA zone. */
  zone: string;
  /** BCP 47; decides between 12 and 24 hours, words stay English. */
  locale: string;
  /** World time, epoch milliseconds. */
  nowMs: number;
  /** Undefined for people that nobody here knows. */
  nameOfPerson(id: string): string | undefined;
  /** Name and address of a conversation that the reader may open. */
  channel(id: string): { name: string; href: string } | undefined;
  /** For menus of people and of conversations. */
  people(): { value: string; words: string }[];
  channels(): { value: string; words: string }[];
}

/** HTML as a value: what is put into a template is escaped, unless it is such a value itself. */
import { html as template, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export { raw };
export type Markup = HtmlEscapedString;

/** Holes take text (escaped), markup, lists of either, or nothing (null, undefined, booleans); never promises. */
export function html(strings: TemplateStringsArray, ...holes: unknown[]): Markup {
  // Without a promise in a hole the template answers at once.
  return template(strings, ...holes) as Markup;
}

export const nothing: Markup = raw("");

/** An attribute that is there only when it has a value. */
export function attribute(name: `${"data-" | "aria-" | ""}${string}`, value: string | undefined | null): Markup {
  return value === undefined || value === null ? nothing : html`${raw(` ${name}="`)}${value}${raw('"')}`;
}

/** A boolean attribute. */
export function flag(name: string, on: boolean): Markup {
  return on ? raw(` ${name}`) : nothing;
}

/** Cuts an SQL script into its statements, so that each can be run, recorded and, if it fails, found again by line. */

export interface SqlStatement {
  /** Without the closing semicolon; comments before it included. */
  text: string;
  /** Index in the script where `text` begins. */
  start: number;
  /** Index in the script of its first word, after any comments. */
  firstWord: number;
}

/**
 * Reads quotes, dollar quotes, nested comments and bodies written as `begin atomic … end` as Postgres does.
 * An unclosed quote runs to the end: Postgres then says what is wrong with it.
 */
export function splitStatements(script: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = 0;
  let firstWord = -1;
  let depth = 0;
  let beforeWord = "";
  const finish = (end: number) => {
    if (firstWord >= 0) {
      const blank = /^\s*/.exec(script.slice(start, end))?.[0].length ?? 0;
      statements.push({ text: script.slice(start + blank, end).trimEnd(), start: start + blank, firstWord });
    }
    start = end + 1;
    firstWord = -1;
    depth = 0;
    beforeWord = "";
  };

  for (let at = 0; at < script.length;) {
    const piece = readPiece(script, at);
    if (piece.kind === "end" && depth === 0) finish(at);
    else if (piece.kind !== "blank" && firstWord < 0) firstWord = at;
    if (piece.kind === "word") {
      depth += depthChange(piece.word, beforeWord, depth);
      beforeWord = piece.word;
    }
    at = piece.end;
  }
  finish(script.length);
  return statements;
}

/** 1-based line of an index in the script. */
export function lineAt(script: string, index: number): number {
  return script.slice(0, index).split("\n").length;
}

type Piece = { kind: "blank" | "quoted" | "other" | "end"; end: number } | { kind: "word"; word: string; end: number };

/** `begin atomic` opens a body; inside one, `case` opens and `end` closes. Elsewhere these words mean nothing here. */
function depthChange(word: string, beforeWord: string, depth: number): number {
  if (word === "atomic" && beforeWord === "begin") return 1;
  if (depth === 0) return 0;
  if (word === "case") return 1;
  return word === "end" ? -1 : 0;
}

const BLANK = /\s+|--[^\n]*/y;
const ESCAPED_STRING = /[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)/y;
const STRING = /'(?:[^']|'')*(?:'|$)/y;
const NAME = /"(?:[^"]|"")*(?:"|$)/y;
const DOLLAR = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;

function readPiece(script: string, at: number): Piece {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(script)?.[0];
  };
  const blank = match(BLANK);
  if (blank !== undefined) return { kind: "blank", end: at + blank.length };
  if (script.startsWith("/*", at)) return { kind: "blank", end: endOfComment(script, at) };
  const quoted = match(ESCAPED_STRING) ?? match(STRING) ?? match(NAME);
  if (quoted !== undefined) return { kind: "quoted", end: at + quoted.length };
  const dollar = match(DOLLAR);
  if (dollar !== undefined) {
    const close = script.indexOf(dollar, at + dollar.length);
    return { kind: "quoted", end: close < 0 ? script.length : close + dollar.length };
  }
  const word = match(WORD);
  if (word !== undefined) return { kind: "word", word: word.toLowerCase(), end: at + word.length };
  return { kind: script[at] === ";" ? "end" : "other", end: at + 1 };
}

function endOfComment(script: string, at: number): number {
  let depth = 0;
  for (let index = at; index < script.length; index += 1) {
    const pair = script.slice(index, index + 2);
    if (pair === "/*") depth += 1;
    else if (pair === "*/") depth -= 1;
    else continue;
    index += 1;
    if (depth === 0) return index + 1;
  }
  return script.length;
}

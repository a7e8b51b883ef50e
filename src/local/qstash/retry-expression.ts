/**
 * `Upstash-Retry-Delay`: an arithmetic expression in milliseconds over the one variable `retried`.
 *
 *   sum     = product (("+" | "-") product)*
 *   product = sign (("*" | "/" | "%") sign)*
 *   sign    = "-" sign | atom
 *   atom    = number | "retried" | function "(" sum ("," sum)* ")" | "(" sum ")"
 */
type RetryExpression = (retried: number) => number;

const LONGEST_EXPRESSION = 500;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([a-z]+)|([-+*/%(),]))/iy;

const FUNCTIONS: Record<string, { arity: 1 | 2; call: (...values: number[]) => number }> = {
  pow: { arity: 2, call: (base = 0, exponent = 0) => base ** exponent },
  sqrt: { arity: 1, call: Math.sqrt },
  abs: { arity: 1, call: Math.abs },
  exp: { arity: 1, call: Math.exp },
  floor: { arity: 1, call: Math.floor },
  ceil: { arity: 1, call: Math.ceil },
  round: { arity: 1, call: Math.round },
  min: { arity: 2, call: Math.min },
  max: { arity: 2, call: Math.max },
};

const OPERATIONS: Record<string, (left: number, right: number) => number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

/** Compiles the text once; the result takes how often the message has been retried (0 at the first retry). */
export function parseRetryExpression(text: string): RetryExpression {
  const parser = new ExpressionParser(text);
  return parser.parse();
}

function readTokens(text: string): string[] {
  if (text.length > LONGEST_EXPRESSION) throw new SyntaxError(`it is longer than ${LONGEST_EXPRESSION} characters`);
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`unexpected "${text.slice(from).trim()}"`);
    tokens.push((match[1] ?? match[2] ?? match[3] ?? "").toLowerCase());
  }
  return tokens;
}

class ExpressionParser {
  #tokens: string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = readTokens(text);
  }

  parse(): RetryExpression {
    const expression = this.#sum();
    const rest = this.#tokens[this.#position];
    if (rest !== undefined) throw new SyntaxError(`unexpected "${rest}"`);
    return expression;
  }

  #sum(): RetryExpression {
    return this.#chain(["+", "-"], () => this.#product());
  }

  #product(): RetryExpression {
    return this.#chain(["*", "/", "%"], () => this.#sign());
  }

  #chain(operators: string[], next: () => RetryExpression): RetryExpression {
    let left = next();
    for (;;) {
      const operator = this.#tokens[this.#position];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#position += 1;
      const operation = OPERATIONS[operator];
      if (operation === undefined) throw new SyntaxError(`unexpected "${operator}"`);
      const [before, right] = [left, next()];
      left = (retried) => operation(before(retried), right(retried));
    }
  }

  #sign(): RetryExpression {
    if (this.#tokens[this.#position] !== "-") return this.#atom();
    this.#position += 1;
    const value = this.#sign();
    return (retried) => -value(retried);
  }

  #atom(): RetryExpression {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    if (token === undefined) throw new SyntaxError("it ends too early");
    if (token === "(") {
      const inner = this.#sum();
      this.#expect(")");
      return inner;
    }
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    if (token === "retried") return (retried) => retried;
    return this.#call(token);
  }

  #call(name: string): RetryExpression {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (known === undefined) throw new SyntaxError(`unknown "${name}"`);
    this.#expect("(");
    const values = [this.#sum()];
    while (this.#tokens[this.#position] === ",") {
      this.#position += 1;
      values.push(this.#sum());
    }
    this.#expect(")");
    if (values.length !== known.arity) throw new SyntaxError(`${name} takes ${known.arity}, not ${values.length}`);
    return (retried) => known.call(...values.map((value) => value(retried)));
  }

  #expect(token: string): void {
    const found = this.#tokens[this.#position];
    if (found !== token) throw new SyntaxError(`expected "${token}", found "${found ?? "the end"}"`);
    this.#position += 1;
  }
}

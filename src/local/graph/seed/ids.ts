/** Entity ids: 18 digits, beyond 2^53, so that a client which reads them as numbers is found out. */
const KIND_DIGIT = { campaign: 1, adset: 2, ad: 3, creative: 4 } as const;

export type EntityKind = keyof typeof KIND_DIGIT;

/** `1202`, two digits of the account, one of the kind, eleven that spread the sequence number. */
export function entityId(accountIndex: number, kind: EntityKind, sequence: number): string {
  const tail = String(sequence * 6_700_417 + 580_037).padStart(11, "0");
  return `1202${10 + accountIndex}${KIND_DIGIT[kind]}${tail}`;
}

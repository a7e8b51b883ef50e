/** How long a job still takes, and when its message may be edited again. Its per cent is reckoned in SQL, where it is stored. */

/** Slack slows a channel down that is edited faster. */
const editGapMs = 3000;

export interface EstimateFacts {
  /** The phase the job stands at; before 3 the calls that are left aren't known. */
  phase: number;
  expectedCallsLeft: number;
  /** Mean of the job's recent calls; null before the first. */
  secondsPerCall: number | null;
  /** Lanes with a live lease; none counts as one. */
  liveLanes: number;
  /** What is left of a block by Meta; 0 without one. */
  blockSecondsLeft: number;
}

/** Whole seconds until a running job is likely to end, at least 1; null while nobody can know. */
export function estimateSecondsLeft(facts: EstimateFacts): number | null {
  if (facts.phase < 3 || facts.secondsPerCall === null) return null;
  const working = (facts.expectedCallsLeft * facts.secondsPerCall) / Math.max(1, facts.liveLanes);
  return Math.max(1, Math.ceil(working + Math.max(0, facts.blockSecondsLeft)));
}

export interface EditFacts {
  nowMs: number;
  /** When the last edit began; null before the first. */
  lastEditMs: number | null;
  /** The job's revision, and the one that people see. */
  revision: number;
  shownRevision: number;
  isFinal: boolean;
}

/** True when there is something new to show and it may be shown now: at most every 3 s, but a final state at once. */
export function isEditDue(facts: EditFacts): boolean {
  if (facts.revision <= facts.shownRevision) return false;
  if (facts.isFinal || facts.lastEditMs === null) return true;
  return facts.nowMs - facts.lastEditMs >= editGapMs;
}

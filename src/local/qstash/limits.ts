/** What one account may do: the figures of the free plan, which is what a new deployment has. */
export interface Limits {
  /** Largest body of one message, in bytes. */
  maxBodyBytes: number;
  /** Furthest a message may lie in the future, in seconds. */
  maxDelaySeconds: number;
  /** Longest wait for a destination's answer, in seconds. `Upstash-Timeout` can only shorten it. */
  maxTimeoutSeconds: number;
  maxSchedules: number;
  /** Deliveries in flight at one time, over all keys. */
  globalParallelism: number;
  /** How long finished messages, their events and dead letters are kept, in seconds. */
  retentionSeconds: number;
}

/** Upstash's developer API, sample of a free account; retention from the pricing page. */
export const FREE_PLAN: Limits = {
  maxBodyBytes: 1_048_576,
  maxDelaySeconds: 604_800,
  maxTimeoutSeconds: 900,
  maxSchedules: 10,
  globalParallelism: 10,
  retentionSeconds: 259_200,
};

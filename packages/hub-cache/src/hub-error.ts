/**
 * Why a folder could not be had: `unreachable` (no network), `busy` (the hub answers 429 or 5xx), `denied` (401, 403),
 * `not-found`, `unfit` (the repository lacks what is wanted), `damaged` (a checksum differs), `disk` (no room, no access).
 */
export type HubErrorReason = 'unreachable' | 'busy' | 'denied' | 'not-found' | 'unfit' | 'damaged' | 'disk';

/** What went wrong between here and the hub, and what to do about it. */
export class HubError extends Error {
  override name = 'HubError';
  readonly reason: HubErrorReason;

  constructor(reason: HubErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

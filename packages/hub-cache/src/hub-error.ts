/**
 * Why there is no folder: `setting` (an option or environment variable makes no sense), `unreachable` (no network), `busy` (the
 * hub answers 429 or 5xx), `denied` (401, 403), `not-found`, `unfit` (the repository lacks what is needed), `damaged` (a
 * checksum differs), `disk` (no room, no access).
 */
export type HubErrorReason = 'setting' | 'unreachable' | 'busy' | 'denied' | 'not-found' | 'unfit' | 'damaged' | 'disk';

/** What went wrong, and what to do about it. Its message never holds a token or password. */
export class HubError extends Error {
  override name = 'HubError';
  readonly reason: HubErrorReason;

  constructor(reason: HubErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

import { downloadTimeout } from './environment';
import { HubError } from './hub-error';

/** Bytes that must arrive within {@link PATIENCE} time limits; without this a server that drips never ends. */
const LEAST = 65_536;
const PATIENCE = 30;

/**
 * Watches how far a transfer has come, and gives it up when it makes no headway: it ends after at most size / 64 KiB times 30
 * time limits.
 * @param what arrives, for the error.
 */
export function watchPace(what: string): (bytes: number) => void {
  const seconds = PATIENCE * downloadTimeout();
  let since = Date.now();
  let next = LEAST;
  return (bytes) => {
    if (bytes >= next) {
      next = bytes + LEAST;
      since = Date.now();
    } else if (Date.now() - since > 1000 * seconds) {
      throw new HubError(
        'unreachable',
        `less than ${LEAST / 1024} KiB of ${what} arrived in ${seconds} s. Try again where the network is faster, or raise HF_HUB_DOWNLOAD_TIMEOUT.`,
      );
    }
  };
}

import { onTestFinished } from 'vitest';
import { type HubRepo, type HubServer, serveHub } from './serve-hub';

/** {@link serveHub}, closed when the test ends. */
export async function hubServer(repos: Record<string, HubRepo>): Promise<HubServer> {
  const server = await serveHub(repos);
  onTestFinished(() => server.close());
  return server;
}

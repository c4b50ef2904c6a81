/** The name of a contestant that runs with that many threads. */
export const withThreads = (name: string, count: number) => `${name}, ${count} thread${count > 1 ? 's' : ''}`;

import { ByteWriter, parquetWrite } from 'hyparquet-writer';

/** Rows as the hub's parquet files have them: a class is an INT64, a score a float32. */
export type HubRow = Record<string, string | number>;

/** The bytes of a parquet file with these rows, packed with Snappy as on the hub. */
export function parquet(rows: readonly HubRow[], { float = false } = {}): Uint8Array {
  const column = (name: string) => rows.map((row) => row[name]!);
  const columnData = Object.keys(rows[0]!).map((name) => {
    if (name === 'label' && float) return { name, data: column(name), type: 'FLOAT' as const };
    if (name === 'label') return { name, data: column(name).map(BigInt), type: 'INT64' as const };
    if (name === 'idx') return { name, data: column(name), type: 'INT32' as const };
    return { name, data: column(name), type: 'STRING' as const };
  });
  const writer = new ByteWriter();
  parquetWrite({ writer, columnData });
  return writer.getBytes();
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const shape = v.object({
  slack: port,
  ecrApi: port,
  ecrRegistry: port,
  ecrBlobs: port,
  hub: port,
  hubAuth: port,
  hubBlobs: port,
  dynamodb: port,
  sqs: port,
});
/** Addresses are part of what is stored (an image's address, a card's link), so a folder keeps its ports. */
export type Ports = v.InferOutput<typeof shape>;

const ANY: Ports = {
  slack: 0,
  ecrApi: 0,
  ecrRegistry: 0,
  ecrBlobs: 0,
  hub: 0,
  hubAuth: 0,
  hubBlobs: 0,
  dynamodb: 0,
  sqs: 0,
};

/** The ports of an earlier run on this folder, or free ones. */
export function readPorts(dataDir: string | undefined): Ports {
  if (dataDir === undefined) return ANY;
  try {
    const parsed = v.safeParse(shape, JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
    return parsed.success ? parsed.output : ANY;
  } catch {
    // No earlier run, or a torn file: free ports are as good.
    return ANY;
  }
}

export function keepPorts(dataDir: string | undefined, ports: Ports): void {
  if (dataDir !== undefined) writeFileSync(fileOf(dataDir), `${JSON.stringify(ports)}\n`);
}

export const portOf = (origin: string): number => Number(new URL(origin).port);

const fileOf = (dataDir: string): string => join(dataDir, 'ports.json');

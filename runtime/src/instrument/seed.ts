import { now, random, wallClock } from './clock.ts';

const SEED_BYTES = 6;

/**
 * Six bytes that no other batch has. Two machines restored from one snapshot hold the same state of the random generator,
 * which they go on with: the time at which each of them draws tells them apart.
 */
export function drawSeed(): Uint8Array {
  const seed = randomBytes();
  const times = new Uint8Array(Float64Array.of(now(), wallClock()).buffer);
  // bytes that are random stay so, whatever is mixed in
  for (const [index, byte] of times.entries()) seed[index % SEED_BYTES] = (seed[index % SEED_BYTES] ?? 0) ^ byte;
  return seed;
}

function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(SEED_BYTES);
  try {
    return crypto.getRandomValues(bytes);
  } catch {
    // some test environments have no Web Crypto
    return bytes.map(() => random() * 256);
  }
}

type Results<Contenders extends Record<string, () => Promise<unknown>>> = {
  [Name in keyof Contenders]: Awaited<ReturnType<Contenders[Name]>>[];
};

/**
 * Measures each contender once a round, in turn, so that whatever else the machine does meanwhile meets all of them.
 * Resolves with the measurements of each, in the order of the rounds.
 */
export async function interleaved<Contenders extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  contenders: Contenders,
): Promise<Results<Contenders>> {
  const names: (keyof Contenders)[] = Object.keys(contenders);
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<keyof Contenders, unknown[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await contenders[name]?.());
  }
  return results as Results<Contenders>;
}

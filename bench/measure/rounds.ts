type Results<Contenders extends Record<string, () => Promise<unknown>>> = {
  [Name in keyof Contenders]: Awaited<ReturnType<Contenders[Name]>>[];
};

/**
 * Measures the contenders in turn, once per round, so that other load on the machine affects all of
 * them. Resolves with the measurements of each, in the order of the rounds.
 */
export async function interleaved<Contenders extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  contenders: Contenders,
): Promise<Results<Contenders>> {
  const measured = Object.entries(contenders).map(([name, measure]) => ({ name, measure, results: [] as unknown[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { measure, results } of measured) results.push(await measure());
  }
  return Object.fromEntries(measured.map(({ name, results }) => [name, results])) as Results<Contenders>;
}

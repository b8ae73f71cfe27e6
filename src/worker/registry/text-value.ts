import { z } from 'zod';

/** What the schema takes, or what it expects in its place. */
export type ReadInput = { readonly input: unknown } | { readonly expected: string };

/**
 * Reads a text for a schema: as it is, if the schema takes it so, and as JSON otherwise. Undefined:
 * there is none, and the schema's default counts.
 */
export function readText(field: z.ZodType, text: string | undefined): ReadInput {
  const asText = field.safeParse(text);
  if (asText.success) return { input: text };
  const json = text === undefined ? undefined : parseJson(text);
  const asJson = json === undefined ? asText : field.safeParse(json);
  if (asJson.success) return { input: json };
  return { expected: expectationOf(asJson.error.issues[0]) };
}

/** The schema of one key; one that takes nothing for a key that there is none of. */
export function fieldOf({ shape }: z.ZodObject, key: string): z.ZodType {
  const fields = shape as Readonly<Record<string, z.ZodType>>;
  return (Object.hasOwn(fields, key) ? fields[key] : undefined) ?? z.never();
}

/** The keys whose schema makes true of `false`, as `z.coerce.boolean()` does of every text. */
export function keysWithoutFalse({ shape }: z.ZodObject): string[] {
  return Object.keys(shape).filter((key) => z.safeParse(shape[key] as z.ZodType, 'false').data === true);
}

export const READABLE_BOOLEAN = 'z.boolean(), which reads true and false from texts';

/** What zod expects, as a part of a sentence. */
export function expectationOf(issue: z.core.$ZodIssue | undefined): string {
  return (issue?.message ?? 'another value')
    .replace(/^Invalid input: expected (\w+), received .*$/, 'a value of type $1')
    .replace(/^Invalid (?:input|option): expected /, '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

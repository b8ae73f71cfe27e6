import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;

const EXAMPLES: Readonly<Record<string, string>> = {
  'date-time': '1970-01-01T00:00:00.000Z',
  date: '1970-01-01',
  time: '00:00:00',
  duration: 'PT0S',
  email: 'nobody@example.com',
  uri: 'https://example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * The plainest value that a schema takes: zeros, empty texts and lists, nothing that is optional.
 * Where a rule of its own refuses that, the value all the same: the task finds what it looks for.
 */
export function standIn<T>(schema: z.ZodType<T>): T {
  const nothing = schema.safeParse(undefined);
  if (nothing.success) return nothing.data;
  const plain = example(jsonSchemaOf(schema));
  const read = schema.safeParse(plain);
  return read.success ? read.data : (plain as T);
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  try {
    return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  } catch {
    return {};
  }
}

function example(schema: JsonSchema | boolean | undefined): unknown {
  if (typeof schema !== 'object') return null;
  if ('default' in schema) return schema.default;
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [either] = schema.anyOf ?? schema.oneOf ?? [];
  if (either) return example(either);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(example)) as unknown;
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => example(schema.items as JsonSchema));
    case 'string':
      return EXAMPLES[schema.format ?? ''] ?? 'x'.repeat(schema.minLength ?? 0);
    case 'number':
    case 'integer':
      return Math.max(0, schema.minimum ?? 0, Number(schema.exclusiveMinimum ?? -1) + 1);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): Record<string, unknown> {
  return Object.fromEntries(required.map((key) => [key, example(properties[key])]));
}

import type { FieldSchema, ParamsSchema } from '../api/shapes';
import { field } from './field';

/** Keeps the fields apart from those of the dialog. */
const PREFIX = 'param:';

/** A field for each parameter that a task declares. */
export function ParamFields({ schema }: { readonly schema: ParamsSchema }) {
  return (
    <fieldset>
      <legend>Parameters</legend>
      {Object.entries(schema.properties ?? {}).map(([name, of]) => (
        <label key={name}>
          <span>
            {name} <small>{hintOf(of)}</small>
          </span>
          <ParamField name={name} of={of} required={isRequired(schema, name)} />
        </label>
      ))}
    </fieldset>
  );
}

interface ParamFieldProps {
  readonly name: string;
  readonly of: FieldSchema;
  readonly required: boolean;
}

function ParamField({ name, of, required }: ParamFieldProps) {
  const options = of.enum ?? (of.type === 'boolean' ? [true, false] : undefined);
  const fallback = typeof of.default === 'string' ? of.default : (JSON.stringify(of.default) ?? '');
  if (options) {
    return (
      <select name={PREFIX + name} required={required}>
        <option value="">{required ? 'choose' : `default${fallback && `: ${fallback}`}`}</option>
        {options.map((option) => (
          <option key={String(option)}>{String(option)}</option>
        ))}
      </select>
    );
  }
  if (of.type === 'number' || of.type === 'integer') {
    const step = of.type === 'integer' ? 1 : 'any';
    return <input name={PREFIX + name} type="number" step={step} placeholder={fallback} required={required} />;
  }
  return <input name={PREFIX + name} placeholder={fallback} required={required} />;
}

/** What was typed, as the API takes it; empty fields are left out. Throws a `SyntaxError`. */
export function paramsOf(form: FormData, schema: ParamsSchema | null): object | undefined {
  const given = Object.entries(schema?.properties ?? {})
    .map(([name, of]) => [name, of, field(form, PREFIX + name)] as const)
    .filter(([, , text]) => text !== '')
    .map(([name, of, text]) => [name, valueOf(of, text)] as const);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function valueOf({ type, enum: options }: FieldSchema, text: string): unknown {
  if (options) return options.find((option) => String(option) === text);
  return type === undefined || type === 'string' ? text : (JSON.parse(text) as unknown);
}

function isRequired({ required = [] }: ParamsSchema, name: string): boolean {
  return required.includes(name);
}

function hintOf({ description, type }: FieldSchema): string {
  if (description) return description;
  return type === 'object' || type === 'array' ? 'as JSON' : '';
}

/**
 * The target of the first link with this relation in a `Link` header (RFC 8288), as the server has
 * written it: absolute, or relative to the address of the request. Undefined where there is none.
 */
export function linkTo(headers: Headers, relation: string): string | undefined {
  for (const link of split(headers.get('link') ?? '', ',')) {
    const [bracketed = '', ...parameters] = split(link, ';');
    const [, target] = /^<(.*)>$/s.exec(bracketed) ?? [];
    if (target !== undefined && relationsOf(parameters).includes(relation.toLowerCase())) return target;
  }
  return undefined;
}

/** Only the first `rel` counts. A link with an `anchor` is one of another resource. */
function relationsOf(parameters: readonly string[]): readonly string[] {
  const named = parameters.map((parameter) => {
    const [name = '', ...value] = parameter.split('=');
    return [name.trim().toLowerCase(), unquoted(value.join('='))] as const;
  });
  if (named.some(([name]) => name === 'anchor')) return [];
  const relations = named.find(([name]) => name === 'rel')?.[1] ?? '';
  return relations.toLowerCase().split(/\s+/);
}

function unquoted(value: string): string {
  const text = value.trim();
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/gs, '$1') : text;
}

/** The parts between separators, which count neither within `"…"` nor within `<…>`. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let closing = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (closing !== '') {
      if (character === '\\' && closing === '"') index++;
      else if (character === closing) closing = '';
    } else if (character === '"') closing = '"';
    else if (character === '<') closing = '>';
    else if (character === separator) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** What was typed or chosen in a field of a form; an empty text when there is no such field. */
export function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

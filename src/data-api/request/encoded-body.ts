interface EncodedBody {
  readonly body: string | Uint8Array | null;
  readonly type?: string;
}

export const NO_BODY: EncodedBody = { body: null };

/** The body of a request as it is sent, and what it is. */
export function encodeBody(body: unknown): EncodedBody {
  if (body instanceof URLSearchParams) return { body: body.toString(), type: 'application/x-www-form-urlencoded' };
  if (body instanceof Uint8Array) return { body, type: 'application/octet-stream' };
  const json = JSON.stringify(body) as string | undefined;
  if (json !== undefined) return { body: json, type: 'application/json' };
  throw new TypeError(`A body of type ${typeof body} cannot be sent; give it as JSON, a form or bytes`);
}

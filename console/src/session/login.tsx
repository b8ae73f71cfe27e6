import { useState } from 'preact/hooks';
import { Problem } from '../api/request';
import { field } from '../parts/field';
import { login } from './session';

export function Login() {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      await login(field(form, 'token'), field(form, 'name'));
    } catch (error) {
      setProblem(
        error instanceof Problem && error.status === 401 ? 'This token is not valid.' : (error as Error).message,
      );
      setBusy(false);
    }
  }

  return (
    <main class="login">
      <form onSubmit={submit} class="card">
        <h1>task-worker</h1>
        <label>
          Your name <small>(for the audit trail)</small>
          <input name="name" autocomplete="username" required maxlength={80} />
        </label>
        <label>
          Token <small>(OPS_TOKEN or OPS_VIEWER_TOKEN)</small>
          <input name="token" type="password" autocomplete="current-password" required />
        </label>
        <p class="problem" role="alert">
          {problem}
        </p>
        <button class="primary" disabled={busy}>
          Log in
        </button>
      </form>
    </main>
  );
}

import { type FormEvent, useRef, useState } from 'react';
import { ApiError } from '../model/api.ts';
import { api } from '../model/device.ts';
import { signIn } from '../model/sign-in.ts';

export function SignUp() {
  const [problem, setProblem] = useState<string>();
  const key = useRef(crypto.randomUUID());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    try {
      await api.plain('/v1/accounts', undefined, { method: 'POST', body, key: key.current });
      await signIn();
    } catch (thrown) {
      key.current = crypto.randomUUID(); // other words are another wish
      setProblem(thrown instanceof ApiError ? thrown.message : String(thrown));
    }
  };
  return (
    <form className="sign-up" onSubmit={(event) => void submit(event)} aria-label="New account">
      <h2>New here?</h2>
      {problem && (
        <p className="note" role="alert">
          {problem}
        </p>
      )}
      <label>
        Name <input name="name" required maxLength={100} autoComplete="name" />
      </label>
      <label>
        Mail <input name="mail" type="email" required maxLength={200} autoComplete="email" />
      </label>
      <label>
        Password{' '}
        <input name="password" type="password" required minLength={8} maxLength={200} autoComplete="new-password" />
      </label>
      <label>
        Country <input name="country" required pattern="[A-Z]{2}" defaultValue="US" autoComplete="country" />
      </label>
      <button type="submit">Make an account</button>
    </form>
  );
}

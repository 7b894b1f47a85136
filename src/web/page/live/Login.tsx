/** Asks for the password, or for the token that the command printed. */
export function Login({ problem }: { readonly problem: string | undefined }) {
  return (
    <main class="login">
      <form data-form="login" class="card">
        <h1>culprit</h1>
        <p>Enter the password, or open the address that culprit serve printed.</p>
        <label>
          <span>Password</span>
          <input type="password" name="secret" autocomplete="current-password" required />
        </label>
        <button type="submit">Open</button>
        <pre role="alert">{problem ?? ""}</pre>
      </form>
    </main>
  );
}

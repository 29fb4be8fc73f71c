package terminal

import (
	"flag"
	"fmt"

	"entente/files"
)

// SecretFlags say where a secret goes that is shown once.
func SecretFlags(f *flag.FlagSet, what string) {
	f.String("o", "", "the "+what+" `file`; without it the "+what+" is printed")
	f.Bool("force", false, "with -o: overwrite a file that is there")
}

// SecretPlace refuses to lose another secret, before one is made that is shown once.
func SecretPlace(f *flag.FlagSet) error {
	name := Text(f, "o")
	if name == "" || Text(f, "force") == "true" {
		return nil
	}
	if err := Absent(name); err != nil {
		return fmt.Errorf("%w, or --force to overwrite it", err)
	}
	return nil
}

// GiveSecret writes a secret that is shown once to a file of its own, or prints it.
func GiveSecret(env *Env, f *flag.FlagSet, secret string) error {
	name := Text(f, "o")
	if name == "" {
		fmt.Fprintln(env.Stdout, secret)
		return nil
	}
	return files.WriteFile(name, []byte(secret+"\n"), 0o600)
}

package desk

import (
	"fmt"

	"entente/cli/terminal"
	"entente/ledger/bundle"
)

// A verdictLine is a verdict as --json prints it.
type verdictLine struct {
	Subject string `json:"subject"`
	OK      bool   `json:"ok"`
	Why     string `json:"why"`
}

// Report prints verdicts, and is ErrFailed if one of them does not hold.
func Report(env *terminal.Env, verdicts []bundle.Verdict, asJSON bool) error {
	bad := 0
	for _, v := range verdicts {
		if !v.OK {
			bad++
		}
	}
	if asJSON {
		printed := []verdictLine{}
		for _, v := range verdicts {
			printed = append(printed, verdictLine(v))
		}
		if err := terminal.JSON(env.Stdout, printed); err != nil {
			return err
		}
	} else {
		for _, v := range verdicts {
			mark := "ok    "
			if !v.OK {
				mark = "FAILED"
			}
			fmt.Fprintf(env.Stdout, "%s  %s: %s\n", mark, v.Subject, v.Why)
		}
	}
	if bad > 0 {
		fmt.Fprintf(env.Stderr, "%d of %d verdicts failed\n", bad, len(verdicts))
		return terminal.ErrFailed
	}
	fmt.Fprintf(env.Stderr, "all %d verdicts hold\n", len(verdicts))
	return nil
}

package record

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"entente/cli/follow"
	"entente/cli/terminal"
	"entente/cli/visit"
	"entente/client"
	"entente/files"
	"entente/ledger/seal"
	"entente/ledger/tree"
)

var witness = visit.Asking("witness", "--state DIR | --at URL [--by VKEY] [--log VKEY] [--name NAME] [-o FILE]", "confirm on your own machine that a node's ledger only grows",
	`
Fetches the agreement's last checkpoint from --node, with a proof that it continues the one confirmed
before, and cosigns it. Run it regularly on a machine that the node's operator does not hold: a ledger
that is rewritten or rolled back from then on is found out, and exit status 1 says so.

With --state DIR you are the witness: the key is made there at the first run, and what was confirmed
is kept there. With --at URL another witness is asked, by tlog-witness of C2SP: URL is its submission
prefix, of your own node https://…/witness. It must follow the log (see --follow of serve). Its key is
--by, or what URL/vkey says. The log's key is learnt at the first run, or given with --log.
-o FILE receives the checkpoint with the cosignature, for `+"`entente ledger verify --checkpoint`.", func(f *flag.FlagSet) {
		f.String("state", "", "a `folder` for the witness's key and memory")
		f.String("at", "", "the `URL` of a witness elsewhere")
		f.String("by", "", "the `key` of the witness at --at")
		f.String("log", "", "the `key` of the log, if you know it from elsewhere: /log/log.vkey")
		f.String("name", "witness.local", "the witness's `name`")
		f.String("o", "", "write the cosigned checkpoint to this `file`")
	}, runWitness)

func runWitness(ctx context.Context, env *terminal.Env, f *flag.FlagSet, c *visit.Visitor, id string) error {
	if (terminal.Text(f, "state") == "") == (terminal.Text(f, "at") == "") {
		return terminal.Misusef("say --state DIR to be the witness here, or --at URL to ask another")
	}
	l := &follow.Log{Node: c.Client, Path: "/api/v1/agreements/" + id + "/log/"}
	fresh, err := l.Fetch(ctx, strings.TrimSpace(terminal.Text(f, "log")), terminal.Text(f, "state"))
	if err != nil {
		return err
	}
	if fresh {
		fmt.Fprintf(env.Stderr, "the node says that the log's key is %s; compare it with the other party's copy\n", l.Key)
	}
	by, line, err := confirm(ctx, env, f, l)
	if err != nil {
		return err
	}
	signed, err := tree.AddCosignatures(l.Signed, line)
	if err != nil {
		return err
	}
	opened, err := tree.OpenCheckpoint(signed, l.Key, by)
	if err != nil {
		return err
	}
	at, ok := opened.CosignedBy(by)
	if !ok {
		return fmt.Errorf("the answer holds no cosignature of %s", by.Origin)
	}
	if name := terminal.Text(f, "o"); name != "" {
		if err := files.WriteFile(name, signed, 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintf(env.Stdout, "%s confirms %d entries of %s at %s\n%s", by, opened.Size, l.Key.Origin, terminal.Instant(at), line)
	return nil
}

func confirm(ctx context.Context, env *terminal.Env, f *flag.FlagSet, l *follow.Log) (by seal.VKey, line []byte, err error) {
	if dir := terminal.Text(f, "state"); dir != "" {
		return follow.Here(ctx, l, dir, terminal.Text(f, "name"), env.Now)
	}
	c, err := client.New(terminal.Text(f, "at"), "")
	if err != nil {
		return by, nil, terminal.Misusef("%v", err)
	}
	return follow.There(ctx, l, c, terminal.Text(f, "by"))
}

package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/desk"
	"entente/cli/example"
	"entente/cli/node"
	"entente/cli/terminal"
	"entente/cli/visit"
)

var demo = terminal.Command{
	Name: "demo", Args: "[--data DIR] [--fresh] [--json]", Help: "run the whole product with a filled example partnership",
	Long: `
Two fictional companies, Calluna Text and Tidewater Search, with a signed agreement in force, two small
AI services behind it that run in this process, and some traffic. Prints addresses, keys and what to
try, and keeps running until interrupted. A second start finds its data again; --fresh starts over.`,
	Flags: func(f *flag.FlagSet) {
		doorFlags(f)
		mailFlags(f)
		f.Bool("fresh", false, "start over: delete the demo's data first")
		f.Bool("json", false, "print what to try as JSON")
		f.String("issuer-allow", "", "comma-separated `addresses` beyond public ones where companies may sign their people in")
		f.Bool("verbose", false, "log every call to standard error")
	},
	Run: runDemo,
}

func runDemo(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
	if len(env.Args) > 0 {
		return terminal.Misusef("it takes no arguments")
	}
	if err := guarded(f); err != nil {
		return err
	}
	dir, level := terminal.Text(f, "data"), slog.LevelWarn
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("no place for the demo's data: %w; say where with --data", err)
		}
		dir = filepath.Join(cache, "entente", "demo")
	}
	if terminal.Text(f, "verbose") == "true" {
		level = slog.LevelInfo
	}
	letters, err := relay(f)
	if err != nil {
		return err
	}
	service, err := service(f)
	if err != nil {
		return err
	}
	return example.Demo{Dir: dir, Fresh: terminal.Text(f, "fresh") == "true", Name: terminal.Text(f, "name"), Listen: terminal.Text(f, "listen"), Gateway: terminal.Text(f, "gateway"), Issuers: terminal.Listed(terminal.Text(f, "issuer-allow")),
		Service: service, Mail: letters, Now: env.Now, Log: slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level})),
		Show: func(p example.Presentation) error {
			if terminal.Text(f, "json") == "true" {
				return terminal.JSON(env.Stdout, p)
			}
			p.Print(env.Stdout)
			return nil
		}}.Run(ctx)
}

var seed = terminal.Command{
	Name: "seed", Args: "--data DIR [--file FILE] [--upstream URL] [--json]", Help: "prepare the example partnership in a data folder, for scripts and tests",
	Long: `
Opens the example agreement in DIR, signed by both parties and in force, with one API token per role
of each party, one gateway key per component, environment and purpose, and sample objects. --file
takes the example with other figures instead. --upstream is where both components are served (an
OpenAI-compatible address). Prints everything as JSON.`,
	Flags: func(f *flag.FlagSet) {
		f.String("data", "", "the data `folder`")
		f.String("file", "", "an agreement `file` in place of the example")
		f.String("upstream", "", "the `address` that serves the components")
		f.String("upstream-secret-file", "", "a `file` with the value of the Authorization header that the upstream wants")
		f.Bool("json", true, "print JSON (the only form)")
	},
	Run: func(ctx context.Context, env *terminal.Env, f *flag.FlagSet) error {
		if terminal.Text(f, "data") == "" || len(env.Args) > 0 {
			return terminal.Misusef("--data DIR says where")
		}
		s := node.Settings{Dir: terminal.Text(f, "data"), Name: "entente.local", Now: env.Now, Log: visit.Quiet(env)}
		upstream := terminal.Text(f, "upstream")
		if upstream != "" {
			u, err := url.Parse(upstream)
			if err != nil || u.Port() == "" {
				return terminal.Misusef("--upstream is an address with a port, for example http://127.0.0.1:9000")
			}
			s.Upstream.Allow = []string{u.Host}
		}
		terms := draft.Example(calendar.DateOf(env.Now()))
		if name := terminal.Text(f, "file"); name != "" {
			file, _, err := desk.Sound(env, name)
			if err != nil {
				return err
			}
			terms = file.Agreement
		}
		n, err := node.Open(ctx, s)
		if err != nil {
			return err
		}
		secret, err := fileText(terminal.Text(f, "upstream-secret-file"))
		if err != nil {
			return errors.Join(err, n.Close(ctx))
		}
		made, err := example.Seed(ctx, n, terms)
		if err == nil && upstream != "" {
			err = made.Serve(ctx, n, upstream, secret)
		}
		if closed := n.Close(ctx); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		return terminal.JSON(env.Stdout, made)
	},
}

// fileText is the content of a small file without its last line break; empty for no name.
func fileText(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	b, err := os.ReadFile(name)
	return strings.TrimRight(string(b), "\r\n"), err
}

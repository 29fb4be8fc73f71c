package main

import (
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"entente/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"entente": func() { os.Exit(cli.Main()) }})
}

// Each story is a promise that we make, told with the real binary.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"node":        startNode,
			"json":        pickJSON,
			"word":        firstWord,
			"replace":     replaceInFile,
			"http":        request,
			"service":     startService,
			"credential":  credential,
			"issuer":      startIssuer,
			"accesstoken": accessToken,
			"certificate": certify,
			"tamper":      tamper,
			"spoil":       spoil,
			"processor":   wordProcess,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NEXTMONTH", time.Now().AddDate(0, 1, 0).Format(time.DateOnly)) // a day that has not come yet
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// Entente runs an AI integration partnership from its signed agreement: it drafts, checks and words
// the agreement, has it signed, enforces it on live AI traffic, and keeps a record that neither
// side can rewrite.
package main

import (
	"os"

	"entente/cli"
)

func main() { os.Exit(cli.Main()) }

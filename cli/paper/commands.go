// Package paper has the commands that need no node: they write an agreement file, check it like code, render
// and compare it, read what comes back from a lawyer, and sign and verify.
package paper

import "entente/cli/terminal"

// Writing are the commands by which an agreement is written and read, before anyone signs it.
var Writing = []terminal.Command{initialise, check, explain, schema, render, diff, importCommand, houseWording, migrate}

// Signing are the commands by which what was written is signed and verified, without a node.
var Signing = []terminal.Command{identityNew, sign, verify}

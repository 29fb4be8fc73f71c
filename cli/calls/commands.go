// Package calls has the commands that look at what passes the gateway: what was used, how a call was decided
// and what proves it, whether the promised service levels were kept, and when maintenance is announced.
package calls

import "entente/cli/terminal"

// Commands are those that look at calls.
var Commands = []terminal.Command{usage, prove, explain, decide, levels, maintenanceAnnounce, maintenanceWithdraw, maintenanceList}

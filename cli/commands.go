package cli

// commands are all commands, in the order in which `entente help` lists them.
var commands []Command

func init() {
	commands = []Command{
		demo, initialise, check, explain, schema, render, diff, importCommand, migrate,
		identityNew, sign, verify,
		serve, seed, submit, accessLink, accessToken, accessList, accessRevoke,
		negotiateStatus, negotiatePropose, negotiateCounter, negotiateAccept, negotiateReject, negotiateWithdraw, negotiateRedline,
		negotiateComment, negotiateReply, negotiateResolve, negotiateComments, negotiateNote, negotiateNotes, negotiateForget,
		upstreamSet, upstreamList, upstreamDelete,
		keyIssue, keyRegister, keyPin, keyList, keyRevoke, milestoneComplete, milestoneReopen, certificateRecord, certificateList, usageCommand, usageProve, explainCall, decide, levelsCommand,
		maintenanceAnnounce, maintenanceWithdraw, maintenanceList,
		suspend, resume, breachNotify, breachCure, changeNotify, changeSettle, terminate,
		historyCommand, waiveCommand, waiverEnd, letterGive, letterShow, assignCommand, assignmentConsent, assignmentRefuse, assignmentList,
		ledgerShow, ledgerVerify, ledgerExport, witnessCommand, backupCommand, backupKey, backupVerify, restore, routes,
	}
}

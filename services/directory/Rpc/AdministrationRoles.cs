using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Rpc;

/// <summary>Who may call what of the administration. The same as over HTTP; a test asks both doors.</summary>
internal static class AdministrationRoles
{
    private static readonly string[] Registrar = [Roles.Registrar];
    private static readonly string[] Keepers = [Roles.Registrar, Roles.Administrator];
    private static readonly string[] Readers = [Roles.Registrar, Roles.Auditor, Roles.Administrator];
    private static readonly string[] Givers = [Roles.Registrar, Roles.Agency, Roles.Administrator];
    private static readonly string[] Agency = [Roles.Agency];
    private static readonly string[] Parties = [Roles.Registrar, Roles.Agency];
    private static readonly string[] Anybody = [Roles.Agency, Roles.Administrator, Roles.Registrar, Roles.Auditor];

    public static readonly IReadOnlyDictionary<string, string[]> Of = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [nameof(AdministrationRpc.UpdateAgency)] = Keepers,
        [nameof(AdministrationRpc.SuspendAgency)] = Registrar,
        [nameof(AdministrationRpc.ResumeAgency)] = Registrar,
        [nameof(AdministrationRpc.RemoveAgency)] = Registrar,
        [nameof(AdministrationRpc.UpdateService)] = Givers,
        [nameof(AdministrationRpc.WithdrawService)] = Givers,
        [nameof(AdministrationRpc.GetCapacity)] = Anybody,
        [nameof(AdministrationRpc.SetCapacity)] = Givers,
        [nameof(AdministrationRpc.HoldPlace)] = Agency,
        [nameof(AdministrationRpc.ReleaseHold)] = Agency,
        [nameof(AdministrationRpc.ListClients)] = Readers,
        [nameof(AdministrationRpc.UpdateClient)] = Keepers,
        [nameof(AdministrationRpc.CreateClientSecret)] = Keepers,
        [nameof(AdministrationRpc.RemoveClient)] = Keepers,
        [nameof(AdministrationRpc.ListStaff)] = Readers,
        [nameof(AdministrationRpc.UpdateStaffMember)] = Keepers,
        [nameof(AdministrationRpc.EndStaffMember)] = Keepers,
        [nameof(AdministrationRpc.ListHistory)] = Readers,
        [nameof(AdministrationRpc.ListLocations)] = Anybody,
        [nameof(AdministrationRpc.GetLocation)] = Anybody,
        [nameof(AdministrationRpc.UpdateLocation)] = Givers,
        [nameof(AdministrationRpc.WithdrawLocation)] = Givers,
        [nameof(AdministrationRpc.ListDrafts)] = Anybody,
        [nameof(AdministrationRpc.GetDraft)] = Anybody,
        [nameof(AdministrationRpc.PutDraft)] = Agency,
        [nameof(AdministrationRpc.SignDraft)] = Agency,
        [nameof(AdministrationRpc.DiscardDraft)] = Parties,
        [nameof(AdministrationRpc.SuspendMemorandum)] = Parties,
        [nameof(AdministrationRpc.ResumeMemorandum)] = Parties,
        [nameof(AdministrationRpc.EndMemorandum)] = Parties,
        [nameof(AdministrationRpc.ListMemorandumVersions)] = Anybody,
        [nameof(AdministrationRpc.GetMemorandumVersion)] = Anybody,
    };
}

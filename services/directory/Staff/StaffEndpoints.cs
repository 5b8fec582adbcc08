using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Staff;

internal static class StaffEndpoints
{
    public static void MapStaff(this IEndpointRouteBuilder app)
    {
        var staff = app.MapGroup("/v1/agencies/{id}/staff");
        var written = staff.MapGroup("").RequireRole(Roles.Registrar, Roles.Administrator);
        PutStaff.Map(written);
        EndStaff.Map(written);
        ListStaff.Map(staff);
    }
}

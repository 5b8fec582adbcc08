using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tiltas.Contracts;

namespace Tiltas.Referral.Storage;

internal sealed class CodesConverter<T>() : ValueConverter<T[], string[]>(codes => ToNames(codes), names => ToCodes(names)) where T : struct, Enum
{
    private static string[] ToNames(T[] codes) => Array.ConvertAll(codes, code => code.ToString());
    private static T[] ToCodes(string[] names) => Array.ConvertAll(names, Enum.Parse<T>);
}

internal sealed class CodesComparer<T>() : ValueComparer<T[]>((a, b) => a!.SequenceEqual(b!), codes => codes.Length, codes => codes.ToArray()) where T : struct, Enum;

internal sealed class AgenciesConverter() : ValueConverter<AgencyId[], string[]>(ids => ToNames(ids), names => ToIds(names))
{
    private static string[] ToNames(AgencyId[] ids) => Array.ConvertAll(ids, id => id.Value);
    private static AgencyId[] ToIds(string[] names) => Array.ConvertAll(names, AgencyId.From);
}

internal sealed class AgenciesComparer() : ValueComparer<AgencyId[]>((a, b) => a!.SequenceEqual(b!), ids => ids.Length, ids => ids.ToArray());

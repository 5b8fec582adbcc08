using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Tiltas.Hosting.Rpc;

namespace Tiltas.Directory.Rpc;

/// <summary>Which fields of a record an update names, as AIP-134 and AIP-161 have it.</summary>
internal sealed class UpdateMask
{
    private const int Most = 100;
    private readonly string[][] _paths;

    private UpdateMask(string[][] paths) => _paths = paths;

    /// <summary>The mask; null when the whole record is meant. <paramref name="given"/> are the record's fields that the network gives.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT when it names what the record does not have or nobody may write.</exception>
    public static UpdateMask? Of(FieldMask? mask, MessageDescriptor record, IReadOnlySet<string> given)
    {
        if (mask is null || mask.Paths.Count == 0 || mask.Paths is ["*"]) return null;
        if (mask.Paths.Count > Most) throw RpcRequest.Wrong($"A mask of 1 to {Most} paths is expected.", "update_mask");
        var paths = mask.Paths.Select(path => path.Split('.')).ToArray();
        return paths.All(path => !given.Contains(path[0]) && Leads(path, record))
            ? new UpdateMask(paths)
            : throw RpcRequest.Wrong("A mask names fields of the record that callers may write, as the proto names them.", "update_mask");
    }

    /// <summary>Takes the named fields over from the wanted record; what is unset there is taken out.</summary>
    public T Apply<T>(T wanted, T onto) where T : IMessage
    {
        foreach (var path in _paths) Copy(wanted, onto, path);
        return onto;
    }

    private static bool Leads(ReadOnlySpan<string> path, MessageDescriptor message)
    {
        if (message.FindFieldByName(path[0]) is not { } field) return false;
        if (path.Length == 1) return true;
        if (field.IsMap) return path.Length == 2 && path[1].Length > 0;
        return !field.IsRepeated && field.FieldType == FieldType.Message && Leads(path[1..], field.MessageType);
    }

    private static void Copy(IMessage? wanted, IMessage onto, ReadOnlySpan<string> path)
    {
        var field = onto.Descriptor.FindFieldByName(path[0]);
        if (path.Length == 1)
        {
            Replace(field, wanted, onto);
            return;
        }
        var from = wanted is null ? null : field.Accessor.GetValue(wanted);
        if (field.IsMap)
        {
            var entries = (IDictionary)field.Accessor.GetValue(onto);
            if (from is IDictionary texts && texts.Contains(path[1])) entries[path[1]] = texts[path[1]];
            else entries.Remove(path[1]);
            return;
        }
        var into = (IMessage?)field.Accessor.GetValue(onto);
        if (into is null)
        {
            if (from is null) return;
            into = field.MessageType.Parser.ParseFrom(ByteString.Empty);
            field.Accessor.SetValue(onto, into);
        }
        Copy((IMessage?)from, into, path[1..]);
    }

    private static void Replace(FieldDescriptor field, IMessage? wanted, IMessage onto)
    {
        field.Accessor.Clear(onto);
        if (wanted is null) return;
        var from = field.Accessor.GetValue(wanted);
        if (field.IsMap)
        {
            var entries = (IDictionary)field.Accessor.GetValue(onto);
            foreach (DictionaryEntry entry in (IDictionary)from) entries[entry.Key] = entry.Value;
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(onto);
            foreach (var one in (IList)from) list.Add(one);
        }
        else if (!field.HasPresence || field.Accessor.HasValue(wanted)) field.Accessor.SetValue(onto, from);
    }
}
